# make run    the app on this machine: installs, builds the warehouse, serves
# make test   every test, the browser ones included where there is a Chromium
# make fuzz   new damage for the readers, by chance, until a find or SECONDS are up
# make lint   formatting, types and SQL style
# make bench  speed and scale
# make hostile  bad days in numbers: damage, kills, full disks (docs/reliability.md)
# make build  exports -> warehouse
# make clean  removes what can be made again (not .venv, not the journal)
#
# Needs Python 3.11 or newer with pip or uv; everything else goes into .venv.
# HOST, PORT: where to serve. RELIABILITY_DATA: the data folder. JOBS: test processes. ARGS: more for pytest.

HOST ?= localhost
PORT ?= 8501
JOBS ?= 2
SECONDS ?= 3600
ARGS ?=

PYTHON := .venv/bin/python
RUNTIME := .venv/.installed
DEVELOPMENT := .venv/.installed-dev

# The newest Python of this machine that is new enough; only asked for when there is no uv.
HOST_PYTHON = $(shell for name in python3.14 python3.13 python3.12 python3.11 python3 python; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)

# Debian's Python may lack venv's own pip: the machine's pip then installs into .venv from outside.
define install
	@echo "Installing $(1) into .venv ..."
	@if command -v uv >/dev/null 2>&1; then \
		uv pip install --quiet --python $(PYTHON) -r $(1); \
	elif $(PYTHON) -m pip --version >/dev/null 2>&1; then \
		$(PYTHON) -m pip install --quiet --disable-pip-version-check -r $(1); \
	elif $(HOST_PYTHON) -m pip --version >/dev/null 2>&1; then \
		$(HOST_PYTHON) -m pip --python $(PYTHON) install --quiet --disable-pip-version-check -r $(1); \
	else \
		echo "There is neither uv nor pip. Install one (Debian: apt-get install python3-pip python3-venv)." >&2; \
		exit 2; \
	fi
endef

.PHONY: help run test fuzz lint bench hostile build clean

help:
	@sed -n '/^# make/s/^# //p' Makefile

$(PYTHON):
	@if command -v uv >/dev/null 2>&1; then \
		uv venv --quiet --clear --python '>=3.11' .venv; \
	elif [ -z "$(HOST_PYTHON)" ]; then \
		echo "There is no Python 3.11 or newer. Install one (https://www.python.org), or uv." >&2; exit 2; \
	else \
		rm -rf .venv && { $(HOST_PYTHON) -m venv .venv >/dev/null 2>&1 \
			|| $(HOST_PYTHON) -m venv --clear --without-pip .venv; }; \
	fi

$(RUNTIME): requirements.txt | $(PYTHON)
	$(call install,requirements.txt)
	@touch $@

$(DEVELOPMENT): requirements.txt requirements-dev.txt | $(PYTHON)
	$(call install,requirements-dev.txt)
	@touch $@

# A build that fails leaves the last good warehouse, and that is served.
run: $(RUNTIME)
	@$(PYTHON) -m reliability build || echo "Serving what the last good build left." >&2
	@exec $(PYTHON) -m streamlit run app.py --server.address=$(HOST) --server.port=$(PORT) --server.headless=true

build: $(RUNTIME)
	@$(PYTHON) -m reliability build

test: $(DEVELOPMENT)
	@$(PYTHON) tests/browser/chromium.py
	$(PYTHON) -m pytest -n $(JOBS) -m "not browser" $(ARGS)
	$(PYTHON) -m pytest -m browser -rs tests/browser $(ARGS)

# A find is printed with the line that repeats it; keep it as a fixed test.
fuzz: $(DEVELOPMENT)
	@until=$$(( $$(date +%s) + $(SECONDS) )); while [ $$(date +%s) -lt $$until ]; do \
		RELIABILITY_FUZZ=1 $(PYTHON) -m pytest -q -x tests/test_exports_properties.py $(ARGS) || exit 1; \
	done

lint: $(DEVELOPMENT)
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check
	$(PYTHON) -m mypy
	$(PYTHON) -m sqlfluff lint --processes $(JOBS) queries

bench: $(DEVELOPMENT)
	$(PYTHON) -m benchmarks

hostile: $(DEVELOPMENT)
	$(PYTHON) -m benchmarks.hostile $(ARGS)

clean:
	rm -rf data/warehouse tests/out benchmarks/out .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage
	find . -path ./.venv -prune -o -name __pycache__ -type d -print | xargs rm -rf
