# Everything that users and CI run; `make help` lists the targets.
.DEFAULT_GOAL := help
.PHONY: help build test lint format pytest docs audit-page catch-page report test-page torture bench test-duckdb-2 build-spark test-spark bench-spark lock clean \
	setup setup-dev setup-report setup-page setup-spark setup-spark-dev

PYTHON ?= python3
VENV ?= .venv
LOCKS = requirements/build.txt
DEV_LOCKS = $(LOCKS) requirements/dev.txt
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
	@$(VENV)/bin/sqlfluff lint --processes 2 --disable-progress-bar models analyses tests
	@$(VENV)/bin/ruff check --quiet .
	@$(VENV)/bin/ruff format --quiet --check .

format: setup-dev ## Mend the style of SQL and Python.
	@$(VENV)/bin/sqlfluff fix --processes 2 --disable-progress-bar models analyses tests
	@$(VENV)/bin/ruff check --fix .
	@$(VENV)/bin/ruff format .

pytest: setup-dev ## What dbt cannot test: the commands, the interface, and the tests themselves.
	@$(VENV)/bin/pytest

docs: build ## Write the dbt docs as one page, target/static_index.html.
	@$(VENV)/bin/dbt --quiet docs generate --static
	@echo "wrote target/static_index.html"

audit-page: build ## Write docs/audit.md, the report under audit, from the database.
	@$(VENV)/bin/atp audit-page

report: build setup-report ## Write the report to look at, site/index.html: figures, tables, verdicts.
	@$(VENV)/bin/atp report

test-page: setup-page ## Look at that page in Chromium: numbers, sizes, print, accessibility; pictures in build/page.
	@$(VENV)/bin/pytest tests/page

catch-page: setup-dev ## Write docs/what_tests_catch.md: what breaks unnoticed, by name.
	@$(VENV)/bin/pytest --quiet --write-pages tests/python/test_broken_audit.py

torture: setup-dev ## Kill 200 builds at random moments, publish 50 under eight readers (half an hour).
	@$(VENV)/bin/pytest --kills 200 --publishes 50 tests/python/test_torture.py

bench: setup ## Measure the build against the same SQL in plain DuckDB.
	@$(VENV)/bin/python benchmarks/build.py

test-duckdb-2: ## Run `make test` on DuckDB 2 (Python 3.11 or newer), in an environment of its own.
	@$(MAKE) --no-print-directory test VENV=.venv-duckdb-2 \
		LOCKS="requirements/build.txt requirements/duckdb-2.txt" \
		DEV_LOCKS="requirements/build.txt requirements/dev.txt requirements/duckdb-2.txt"

build-spark: setup-spark ## Build and test on Spark: a cluster of its own, or SPARK_HOST=... SPARK_PORT=...
	@$(SPARK_VENV)/bin/atp build-spark

test-spark: setup-spark-dev ## Hold the tables on Spark to those on DuckDB, row by row, also after a worker was killed.
	@$(SPARK_VENV)/bin/pytest tests/spark

bench-spark: setup-spark-dev ## Measure the build on DuckDB, on Spark in one process, and on a cluster, side by side.
	@$(SPARK_VENV)/bin/python benchmarks/spark.py

lock: ## Resolve the dependencies anew (needs uv on the path).
	$(COMPILE) pyproject.toml --python-version 3.10 -o requirements/build.txt
	$(COMPILE) pyproject.toml --python-version 3.10 --extra dev -c requirements/build.txt -o requirements/dev.txt
	$(COMPILE) pyproject.toml --python-version 3.10 --extra report -c requirements/build.txt -o requirements/report.txt
	$(COMPILE) pyproject.toml --python-version 3.10 --extra browser -c requirements/build.txt -c requirements/dev.txt \
		-o requirements/browser.txt
	$(COMPILE) pyproject.toml --python-version 3.10 --extra spark -c requirements/build.txt -o requirements/spark.txt
	$(COMPILE) requirements/source-builds.in --python-version 3.10 --no-config -o requirements/source-builds.txt
	$(COMPILE) requirements/duckdb-2.in --python-version 3.11 --no-config -o requirements/duckdb-2.txt
COMPILE = uv pip compile --universal --generate-hashes --no-header --quiet --upgrade

clean: ## Remove what was built, but not the environments.
	@rm -rf target logs build .*.duckdb.build .pytest_cache .ruff_cache

setup:
	@$(PYTHON) scripts/make_venv.py $(VENV) $(LOCKS)

setup-dev:
	@$(PYTHON) scripts/make_venv.py $(VENV) $(DEV_LOCKS)

setup-report:
	@$(PYTHON) scripts/make_venv.py $(VENV) $(REPORT_LOCKS)

setup-page:
	@$(PYTHON) scripts/make_venv.py $(VENV) $(PAGE_LOCKS)

setup-spark:
	@$(PYTHON) scripts/make_venv.py $(SPARK_VENV) $(SPARK_LOCKS)

setup-spark-dev:
	@$(PYTHON) scripts/make_venv.py $(SPARK_VENV) $(SPARK_LOCKS) requirements/dev.txt
