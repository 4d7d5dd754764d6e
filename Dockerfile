# trialboard on gunicorn, as a user without rights: docker build -t trialboard . && docker run -p 8050:8050 trialboard
# the base by its digest, so that every build has the same one; a newer one is a line here
ARG PYTHON=3.11.14-slim-bookworm@sha256:65a93d69fa75478d554f4ad27c85c1e69fa184956261b4301ebaf6dbb0a3543d

FROM python:${PYTHON} AS build
COPY requirements.lock .
# pip stays behind: what is served needs no installer. Nor does it draw with matplotlib, which lifelines asks for, fly
# with pyarrow, compile against it, or read tests and source maps.
RUN python -m venv --without-pip /venv \
    && python -m pip --python /venv/bin/python install --no-cache-dir --no-compile --require-hashes -r requirements.lock \
    && python -m pip --python /venv/bin/python uninstall --yes --quiet \
        matplotlib contourpy cycler fonttools kiwisolver pyparsing \
    && cd /venv/lib/python3*/site-packages \
    && find . -type d \( -name tests -o -name test \) -prune -exec rm -rf {} + \
    && find . -name '*.map' -delete \
    && rm -rf pyarrow/include pyarrow/*flight* plotly/labextension flask_bootstrap/static/bootstrap4 \
    && python -m compileall -q -j 0 /venv
WORKDIR /app
COPY app.py settings.py worker.py gunicorn.conf.py ./
COPY data data
COPY analysis analysis
COPY components components
COPY callbacks callbacks
COPY assets assets
RUN /venv/bin/python -m compileall -q .

FROM python:${PYTHON}
RUN useradd --no-create-home --uid 10001 trialboard
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
# nothing is written but to the memory at /dev/shm, so that the root may be read-only
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 HOME=/dev/shm TMPDIR=/dev/shm
USER 10001
EXPOSE 8050
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python", "-c", "from urllib.request import urlopen; from settings import Settings; urlopen(f'http://127.0.0.1:{Settings().port}/healthz', timeout=4)"]
CMD ["gunicorn", "app:server"]
