# trialboard on gunicorn, as a user without rights: docker build -t trialboard . && docker run -p 8050:8050 trialboard
FROM python:3.11-slim AS build
COPY requirements.lock .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock

FROM python:3.11-slim
RUN useradd --system --no-create-home trialboard
COPY --from=build /venv /venv
WORKDIR /app
COPY app.py settings.py worker.py gunicorn.conf.py ./
COPY data data
COPY analysis analysis
COPY components components
COPY callbacks callbacks
COPY assets assets
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 MPLCONFIGDIR=/tmp
USER trialboard
EXPOSE 8050
HEALTHCHECK CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8050/healthz')"]
CMD ["gunicorn", "app:server"]
