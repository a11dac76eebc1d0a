# make run    the app on this machine: installs, builds the warehouse, serves
# make serve  the app in WORKERS processes behind nginx, people stay with one by a cookie (docs/deploy.md)
# make test   every test, those of browser and Spark included where there is a Chromium, a Java 17
# make fuzz   new damage for the readers, by chance, until a find or SECONDS are up
# make mutants  small changes to statistics, verdicts, gates and SQL: do the tests notice? (docs/contributing.md)
# make lint   formatting, types and SQL style
# make bench  speed and scale
# make hostile  bad days in numbers: damage, kills, full disks (docs/reliability.md)
# make build  exports -> warehouse
# make lock   pins every package with its digests, and lists the parts (needs uv; ARGS=--upgrade for newer ones)
# make audit  asks for known vulnerabilities of what is pinned (needs uv, and a way to PyPI or OSV)
# make clean  removes what can be made again (not .venv, not the journal, not the roll-ups)
#
# Needs Python 3.11 or newer with pip or uv; everything else goes into .venv.
# HOST, PORT: where to serve. WORKERS: server processes of `make serve`. RELIABILITY_DATA: the data folder. JOBS: test processes. ARGS: more for pytest.

HOST ?= localhost
PORT ?= 8501
WORKERS ?= 2
JOBS ?= 2
SECONDS ?= 3600
ARGS ?=

# Without compiled files every start of Python compiles all it imports: seconds for each command and each worker.
unexport PYTHONDONTWRITEBYTECODE

PYTHON := .venv/bin/python
RUNTIME := .venv/.installed
DEVELOPMENT := .venv/.installed-dev
SPARK := .venv-spark/.installed

# The newest Python of this machine that is new enough; only asked for when there is no uv.
HOST_PYTHON = $(shell for name in python3.14 python3.13 python3.12 python3.11 python3 python; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)

# Locks carry a digest of every package: what was changed on its way is not installed. Spark's pins are those of a cluster.
HASHES = $(if $(filter %.lock,$<),--require-hashes)

# Debian's Python may lack venv's own pip: the machine's pip then installs into the venv from outside.
# $(1): the requirements. $(2): the venv.
define install
	@echo "Installing $(1) into $(2) ..."
	@if command -v uv >/dev/null 2>&1; then \
		uv pip install --quiet --compile-bytecode --python $(2)/bin/python $(HASHES) -r $(1); \
	elif $(2)/bin/python -m pip --version >/dev/null 2>&1; then \
		$(2)/bin/python -m pip install --quiet --disable-pip-version-check $(HASHES) -r $(1); \
	elif $(HOST_PYTHON) -m pip --version >/dev/null 2>&1; then \
		$(HOST_PYTHON) -m pip --python $(2)/bin/python install --quiet --disable-pip-version-check $(HASHES) -r $(1); \
	else \
		echo "There is neither uv nor pip. Install one (Debian: apt-get install python3-pip python3-venv)." >&2; \
		exit 2; \
	fi
endef

.PHONY: help run serve test spark fuzz mutants lint bench hostile build lock audit clean

help:
	@sed -n '/^# make/s/^# //p' Makefile

# The Python that needs PySpark is another one: nobody who needs no Spark installs it.
.venv/bin/python .venv-spark/bin/python:
	@if command -v uv >/dev/null 2>&1; then \
		uv venv --quiet --clear --python '>=3.11' $(@:/bin/python=); \
	elif [ -z "$(HOST_PYTHON)" ]; then \
		echo "There is no Python 3.11 or newer. Install one (https://www.python.org), or uv." >&2; exit 2; \
	else \
		rm -rf $(@:/bin/python=) && { $(HOST_PYTHON) -m venv $(@:/bin/python=) >/dev/null 2>&1 \
			|| $(HOST_PYTHON) -m venv --clear --without-pip $(@:/bin/python=); }; \
	fi

$(RUNTIME): requirements.lock | $(PYTHON)
	$(call install,requirements.lock,.venv)
	@touch $@

$(DEVELOPMENT): requirements-dev.lock requirements.lock | $(PYTHON)
	$(call install,requirements-dev.lock,.venv)
	@touch $@

$(SPARK): requirements-spark.txt | .venv-spark/bin/python
	$(call install,requirements-spark.txt,.venv-spark)
	@touch $@

# Without Java, PySpark would be 500 MB for nothing; tests/spark.py then says what is left out.
spark:
	@if command -v java >/dev/null 2>&1 || [ -n "$$JAVA_HOME" ]; then $(MAKE) --no-print-directory $(SPARK); fi

# A build that fails leaves the last good warehouse, and that is served.
# Two heaps for all threads: 510 MB in place of 640 at a million incidents (benchmarks/README.md).
run: export MALLOC_ARENA_MAX ?= 2
run: $(RUNTIME)
	@$(PYTHON) -m reliability build || echo "Serving what the last good build left." >&2
	@exec $(PYTHON) -m streamlit run app.py --server.address=$(HOST) --server.port=$(PORT) --server.headless=true

serve: $(RUNTIME)
	@$(PYTHON) -m reliability build || echo "Serving what the last good build left." >&2
	@exec $(PYTHON) -m reliability serve --workers=$(WORKERS) --host=$(HOST) --port=$(PORT)

build: $(RUNTIME)
	@$(PYTHON) -m reliability build

test: $(DEVELOPMENT) spark
	@$(PYTHON) -m tests.browser.chromium
	@$(PYTHON) -m tests.spark
	$(PYTHON) -m pytest -n $(JOBS) -m "not slow and not browser and not spark" $(ARGS)
	$(PYTHON) -m pytest -n $(JOBS) -m "slow and not browser and not spark" $(ARGS)
	$(PYTHON) -m pytest -m spark -rs tests/test_rollups_spark.py $(ARGS)
	$(PYTHON) -m pytest -n $(JOBS) -m browser -rsR --reruns 1 --only-rerun '[Tt]imeout' tests/browser $(ARGS)

# First 3,200 mangled files through whole builds (20 minutes at most). A find is kept below tests/finds, which tests/test_finds.py repeats.
fuzz: $(DEVELOPMENT)
	@until=$$(( $$(date +%s) + $(SECONDS) )); \
	$(PYTHON) -m benchmarks.hostile --only mangled || exit 1; \
	while [ $$(date +%s) -lt $$until ]; do \
		RELIABILITY_FUZZ=1 $(PYTHON) -m pytest -q -x tests/test_exports_properties.py tests/test_exports_binary_properties.py $(ARGS) || exit 1; \
	done

mutants: $(DEVELOPMENT)
	$(PYTHON) -m tests.mutants $(ARGS)

lint: $(DEVELOPMENT)
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check
	$(PYTHON) -m mypy
	$(PYTHON) -m sqlfluff lint --processes $(JOBS) queries

bench: $(DEVELOPMENT)
	$(PYTHON) -m benchmarks

hostile: $(DEVELOPMENT)
	$(PYTHON) -m benchmarks.hostile $(ARGS)

# Ranges stand in requirements*.txt, for whoever puts this into an environment of their own.
LOCK = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header $(ARGS)

lock:
	$(LOCK) requirements.txt -o requirements.lock
	$(LOCK) --constraint requirements.lock requirements-dev.txt -o requirements-dev.lock
	@place=$$(mktemp -d) && uv venv --quiet --python 3.11 $$place/venv \
		&& uv pip install --quiet --python $$place/venv/bin/python --require-hashes -r requirements.lock \
		&& uvx --quiet --from 'cyclonedx-bom~=7.0' cyclonedx-py environment --output-reproducible --of JSON \
			-o docs/parts.cdx.json $$place/venv/bin/python; \
		status=$$?; rm -rf $$place; exit $$status

audit: $(DEVELOPMENT)
	@$(PYTHON) -m tests.audit requirements.lock

clean:
	rm -rf data/warehouse tests/out benchmarks/out .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage
	find . -path './.venv*' -prune -o -name __pycache__ -type d -print | xargs rm -rf
