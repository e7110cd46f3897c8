# Everything that users and CI run; `make help` lists the targets.
.DEFAULT_GOAL := help
# No target is a file.
.PHONY: $(shell awk -F: '/^[a-z0-9-]+:/ {print $$1}' $(firstword $(MAKEFILE_LIST)))

PYTHON ?= python3
VENV ?= .venv
LOCKS = requirements/build.txt
DEV_LOCKS = $(LOCKS) requirements/dev.txt
METRICS_LOCKS = $(DEV_LOCKS) requirements/source-builds.txt requirements/metrics.txt
CLIENTS_VENV = .venv-clients
SUPERSET_VENV = .venv-superset
REPORT_LOCKS = $(LOCKS) requirements/report.txt
PAGE_LOCKS = $(DEV_LOCKS) requirements/report.txt requirements/browser.txt
SPARK_VENV = .venv-spark
SPARK_LOCKS = requirements/build.txt requirements/source-builds.txt requirements/spark.txt

help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: setup ## Build the warehouse, run its tests, publish atp_trade.duckdb.
	@$(VENV)/bin/atp build

test: lint build pytest ## Lint, the build with warnings as errors, pytest.

lint: setup-dev ## Check the style of SQL and Python.
	@$(VENV)/bin/sqlfluff lint --processes 2 --disable-progress-bar models analyses tests/dbt
	@$(VENV)/bin/ruff check --quiet .
	@$(VENV)/bin/ruff format --quiet --check .

format: setup-dev ## Mend the style of SQL and Python.
	@$(VENV)/bin/sqlfluff fix --processes 2 --disable-progress-bar models analyses tests/dbt
	@$(VENV)/bin/ruff check --fix .
	@$(VENV)/bin/ruff format .

pytest: setup-dev ## What dbt cannot test: the commands, the interface, and the tests themselves.
	@$(VENV)/bin/pytest

docs: build ## Write the dbt docs as one page, target/static_index.html.
	@$(VENV)/bin/dbt --quiet docs generate --static
	@echo "wrote target/static_index.html"

export: build ## Write the marts and their datapackage.json to export/; FORMAT=csv or xlsx instead of parquet.
	@$(VENV)/bin/atp export --format $(or $(FORMAT),parquet)

pages: build ## Write docs/audit.md and docs/dictionary.md from the database.
	@$(VENV)/bin/atp pages

report: build setup-report ## Write the report to look at, site/index.html: figures, tables, verdicts.
	@$(VENV)/bin/atp report

test-page: setup-page ## Look at that page in Chromium: numbers, sizes, print, accessibility; pictures in build/page.
	@$(VENV)/bin/pytest tests/page

catch-page: setup-dev ## Write docs/what_tests_catch.md: what breaks unnoticed, by name.
	@$(VENV)/bin/pytest --quiet --write-pages tests/mutation/test_broken_audit.py

torture: setup-dev ## Kill 200 builds at random moments, publish 50 under eight readers (about an hour).
	@$(VENV)/bin/pytest --kills 200 --publishes 50 --whole-builds tests/publishing/test_torture.py

bench: setup ## Measure the build against the same SQL in plain DuckDB.
	@$(VENV)/bin/python benchmarks/build.py

test-duckdb-2: ## Run `make test` on DuckDB 2 (Python 3.11 or newer), in an environment of its own.
	@$(MAKE) --no-print-directory test VENV=.venv-duckdb-2 \
		LOCKS="requirements/build.txt requirements/duckdb-2.txt" \
		DEV_LOCKS="requirements/build.txt requirements/dev.txt requirements/duckdb-2.txt"

metrics: build setup-metrics ## Set up the metrics client, mf, and tell it the metrics.
	@DBT_TARGET=reader $(VENV)/bin/dbt --quiet parse
	@echo "ask for metrics: DBT_PROFILES_DIR=profiles DBT_TARGET=reader $(VENV)/bin/mf query --help"

test-metrics: setup-metrics ## Hold every metric of the semantic layer to the marts, as a metrics client gets it.
	@$(VENV)/bin/pytest tests/metrics

test-clients: setup-clients ## Read the published file with every client that docs/connect.md names, also while a build runs.
	@$(CLIENTS_VENV)/bin/pytest tests/clients

superset-check: setup-superset setup-dev ## Put the warehouse into Apache Superset (Python 3.11), and hold its charts to the figures.
	@$(VENV)/bin/pytest tests/superset

build-spark: setup-spark ## Build and test on Spark: a cluster of its own, or SPARK_HOST=... SPARK_PORT=...
	@$(SPARK_VENV)/bin/atp build-spark

test-spark: setup-spark-dev ## Hold the tables on Spark to those on DuckDB, row by row, also after a worker was killed.
	@$(SPARK_VENV)/bin/pytest tests/spark

bench-spark: setup-spark-dev ## Measure the build on DuckDB, on Spark in one process, and on a cluster, side by side.
	@$(SPARK_VENV)/bin/python benchmarks/spark.py

mirror: no-password setup-mirror ## Copy the marts into PostgreSQL: make mirror DATABASE=postgresql://user@host/database
	@ATP_MIRROR_ADDRESS="$$DATABASE" $(VENV)/bin/atp mirror

# Every user of a machine can read the arguments of its processes, and make cannot begin anew without them.
no-password:
	@case "$(origin DATABASE) $$DATABASE" in \
		undefined*) echo "say where to: make mirror DATABASE=postgresql://user@host/database" >&2; exit 1 ;; \
		command\ line*://*:*@* | command\ line*password=*) \
			echo "keep the password out of make's command line: put it into ~/.pgpass or PGPASSWORD" >&2; exit 1 ;; \
	esac

test-mirror: setup-mirror-dev ## Hold the mirror to the marts in a PostgreSQL server of its own, with readers and faults.
	@$(VENV)/bin/pytest tests/mirror

lock: ## Resolve the dependencies anew (needs uv on the path).
	$(COMPILE) pyproject.toml --python-version 3.10 -o requirements/build.txt
	$(COMPILE) pyproject.toml --python-version 3.10 --extra dev -c requirements/build.txt -o requirements/dev.txt
	$(COMPILE) pyproject.toml --python-version 3.10 --extra metrics -c requirements/build.txt -c requirements/dev.txt \
		-o requirements/metrics.txt
	$(COMPILE) pyproject.toml --python-version 3.10 --extra mirror -c requirements/build.txt -o requirements/mirror.txt
	$(COMPILE) pyproject.toml --python-version 3.10 --extra clients -c requirements/build.txt -c requirements/dev.txt \
		-o requirements/clients.txt
	$(COMPILE) pyproject.toml --python-version 3.10 --extra report -c requirements/build.txt -o requirements/report.txt
	$(COMPILE) pyproject.toml --python-version 3.10 --extra browser -c requirements/build.txt -c requirements/dev.txt \
		-o requirements/browser.txt
	$(COMPILE) pyproject.toml --python-version 3.10 --extra spark -c requirements/build.txt -o requirements/spark.txt
	$(COMPILE) requirements/source-builds.in --python-version 3.10 --no-config -o requirements/source-builds.txt
	$(COMPILE) requirements/superset.in --python-version 3.11 --no-config -o requirements/superset.txt
	$(COMPILE) requirements/duckdb-2.in --python-version 3.11 --no-config -o requirements/duckdb-2.txt
COMPILE = uv pip compile --universal --generate-hashes --no-header --quiet --upgrade

clean: ## Remove what was built, but not the environments.
	@rm -rf target logs build .*.duckdb.build .pytest_cache .ruff_cache

setup:
	@$(PYTHON) scripts/make_venv.py $(VENV) $(LOCKS)

setup-dev:
	@$(PYTHON) scripts/make_venv.py $(VENV) $(DEV_LOCKS)

setup-metrics:
	@$(PYTHON) scripts/make_venv.py $(VENV) $(METRICS_LOCKS)

setup-mirror:
	@$(PYTHON) scripts/make_venv.py $(VENV) $(LOCKS) requirements/mirror.txt

setup-mirror-dev:
	@$(PYTHON) scripts/make_venv.py $(VENV) $(DEV_LOCKS) requirements/mirror.txt

setup-clients:
	@$(PYTHON) scripts/make_venv.py $(CLIENTS_VENV) $(DEV_LOCKS) requirements/clients.txt

setup-superset:
	@$(PYTHON) -c 'import sys; sys.version_info[:2] == (3, 11) or sys.exit("Apache Superset needs Python 3.11, and \
	this is " + sys.version.split()[0] + ": make superset-check PYTHON=/path/to/python3.11")'
	@$(PYTHON) scripts/make_venv.py $(SUPERSET_VENV) requirements/superset.txt

setup-report:
	@$(PYTHON) scripts/make_venv.py $(VENV) $(REPORT_LOCKS)

setup-page:
	@$(PYTHON) scripts/make_venv.py $(VENV) $(PAGE_LOCKS)

setup-spark:
	@$(PYTHON) scripts/make_venv.py $(SPARK_VENV) $(SPARK_LOCKS)

setup-spark-dev:
	@$(PYTHON) scripts/make_venv.py $(SPARK_VENV) $(SPARK_LOCKS) requirements/dev.txt
