# make run     set up what is needed and serve the dashboard on http://localhost:8050 (PORT= changes it)
# make test    set up what is needed, Chromium and LibreOffice included, and run every check and test
# make install set up only
# make bench   time the statistics beside plain lifelines and beside R, when Rscript is there, and a click in a browser
# make load    readers who click every two seconds, on the same links and on cohorts of their own: errors, times, memory (11 min)
# make department  start what compose.yaml describes without a Docker engine, and kill a replica and Redis
# make image   build the image without a Docker engine and run it read-only and without a network
# make pictures  take the pictures of the README again, from the app that make run serves
# make lock    choose the newest allowed versions of the dependencies again

PYTHON ?= python3
PORT ?= 8050
BIN := .venv/bin
LOCK := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header --quiet --upgrade

.PHONY: run install test lint browser bench load department image pictures lock

run: install
	PORT=$(PORT) $(BIN)/gunicorn app:server

install: .venv/installed

test: .venv/installed-dev browser lint
# in their own order the long files of the browser come first, and no worker is left alone with one at the end
	$(BIN)/pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

lint: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive app.py settings.py worker.py gunicorn.conf.py data analysis components callbacks
	@tests/setup/audit.sh

browser:
	@tests/setup/chromium.sh
	@tests/setup/libreoffice.sh

bench: .venv/installed-dev browser
	PYTHONPATH=. OMP_NUM_THREADS=1 $(BIN)/python tests/bench/bench.py

load: .venv/installed-dev
	PYTHONPATH=. $(BIN)/python tests/load/load.py

department: .venv/installed-dev
	@command -v redis-server >/dev/null && PATH=$$PATH:/usr/sbin command -v nginx >/dev/null \
		|| tests/setup/install.sh redis-server nginx-light
	$(BIN)/pytest tests/load/test_department.py

image:
	tests/setup/image.sh

pictures: .venv/installed-dev
	$(BIN)/python tests/setup/pictures.py http://localhost:$(PORT)

lock: .venv/installed-dev
	$(BIN)/pip install --quiet uv
	$(BIN)/$(LOCK) --output-file requirements.lock
	$(BIN)/$(LOCK) --group dev --output-file requirements-dev.lock

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "trialboard needs Python 3.11 or newer; say which with: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || tests/setup/install.sh python3-venv
	$(PYTHON) -m venv .venv

.venv/installed: requirements.lock | .venv/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

# the tests pin an older urllib3 than the server does (dash[testing] asks for it), hence a lock of their own
.venv/installed-dev: requirements-dev.lock | .venv/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@ .venv/installed
