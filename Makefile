# Everything that users and CI run; `make help` lists the targets.
.DEFAULT_GOAL := help
# No target is a file.
.PHONY: $(shell awk -F: '/^[a-z0-9-]+:/ {print $$1}' $(firstword $(MAKEFILE_LIST)))

PYTHON ?= python3
VENV ?= .venv

# The lock files by who needs them. A lock has what it adds to the ones before it.
RUN = requirements/run.txt
DEV = $(RUN) requirements/dev.txt
OUTLETS = requirements/outlets.txt

# The locks of an environment and its folder, by what it is set up for. What is not named here, as most areas of tests
# are not, has the developers' locks, in VENV.
LOCKS_dev = $(DEV)
LOCKS_run = $(RUN)
LOCKS_outlets = $(RUN) $(OUTLETS)
LOCKS_metrics = $(DEV) $(OUTLETS)
LOCKS_mirror = $(LOCKS_metrics)
LOCKS_clients = $(LOCKS_metrics) requirements/clients.txt
LOCKS_page = $(LOCKS_clients)
LOCKS_spark = $(DEV) requirements/spark.txt
LOCKS_build-spark = $(RUN) requirements/spark.txt
LOCKS_superset = requirements/superset.txt
LOCKS_torture = $(DEV)
VENV_spark = .venv-spark
VENV_build-spark = $(VENV_spark)
VENV_superset = .venv-superset
venv_of = $(or $(VENV_$(1)),$(VENV))

# The areas that `make test` tests, those that take longest first.
AREAS = commands project publishing load loading export interface docs

# What pytest is told, where it is not just the area's folder.
TESTS_torture = --kills 200 --publishes 50 --whole-builds --damages 200 tests/publishing/test_torture.py \
	tests/commands/test_verbs.py

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9%-]+:.*## / {sub("%", "AREA", $$1); printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: setup-run ## Build the warehouse, test it, publish atp_trade.duckdb
	@$(VENV)/bin/atp build

test: lint build $(AREAS:%=test-%) ## Lint, the build with warnings as errors, pytest
# Then, and with `make --jobs=2 test` too, areas come after lint and build, and a red one keeps no other from its tests.
ifneq ($(filter test,$(MAKECMDGOALS)),)
$(AREAS:%=test-%): | lint build
MAKEFLAGS += --keep-going
endif

# With each area goes a look at its environment: whether what is installed has what it needs.
test-%: setup-% ## Test an area: a folder of tests/, duckdb-2 or torture
	@$(call venv_of,$*)/bin/pytest $(or $(TESTS_$*),tests/$* tests/project/test_locks.py)

test-superset: setup-superset setup-dev
	@$(VENV)/bin/pytest tests/superset

test-duckdb-2:
	@$(MAKE) --no-print-directory test VENV=.venv-duckdb-2 RUN="$(RUN) requirements/duckdb-2.txt" \
		DEV="$(DEV) requirements/duckdb-2.txt"

lint: setup-dev ## Check the style of SQL and Python
	@$(VENV)/bin/sqlfluff lint --processes 2 --disable-progress-bar models analyses tests/dbt
	@$(VENV)/bin/ruff check --quiet .
	@$(VENV)/bin/ruff format --quiet --check .

format: setup-dev ## Correct the style of SQL and Python
	@$(VENV)/bin/sqlfluff fix --processes 2 --disable-progress-bar models analyses tests/dbt
	@$(VENV)/bin/ruff check --fix .
	@$(VENV)/bin/ruff format .

report: build setup-outlets ## Write the page to look at, site/index.html
	@$(VENV)/bin/atp report

export: build ## Write the marts to export/; FORMAT=parquet, csv or xlsx
	@$(VENV)/bin/atp export --format $(or $(FORMAT),parquet)

release-files: build setup-outlets ## Write what a release has to build/release/
	@$(VENV)/bin/python scripts/release_files.py $${ADDRESS:+--address "$$ADDRESS"} \
		$${REPOSITORY:+--repository "$$REPOSITORY"}

mirror: no-password setup-outlets ## Copy the marts to PostgreSQL: DATABASE=postgresql://...
	@ATP_MIRROR_ADDRESS="$$DATABASE" $(VENV)/bin/atp mirror

# Every user of a machine can read the arguments of its processes, and make cannot begin anew without them.
no-password:
	@case "$(origin DATABASE) $$DATABASE" in \
		undefined*) echo "say where to: make mirror DATABASE=postgresql://user@host/database" >&2; exit 1 ;; \
		command\ line*://*:*@* | command\ line*password=*) \
			echo "keep the password out of make's command line: put it into ~/.pgpass or PGPASSWORD" >&2; exit 1 ;; \
	esac

metrics: build setup-outlets ## Set up the metrics client, mf, and tell it the metrics
	@DBT_TARGET=reader $(VENV)/bin/dbt --quiet parse
	@echo "ask for metrics: DBT_PROFILES_DIR=profiles DBT_TARGET=reader $(VENV)/bin/mf query --help"

build-spark: setup-build-spark ## Build on Spark: a cluster of its own, or SPARK_HOST=...
	@$(VENV_spark)/bin/atp build-spark

docs: build ## Write dbt's documentation as one page
	@$(VENV)/bin/dbt --quiet docs generate --static
	@echo "wrote target/static_index.html"

pages: setup-dev build ## Write the pages of docs/ that come from the warehouse
	@$(VENV)/bin/atp pages
	@$(VENV)/bin/pytest --quiet --write-pages tests/mutation/test_broken_audit.py

bench: setup-dev ## Measure the build; WRITE=1: for docs; bench-spark: on Spark
	@$(VENV)/bin/python benchmarks/build.py $(if $(WRITE),--write)

benchmark: setup-clients setup-spark ## Measure product trade on many engines; SIZES="1 10 100"
	@$(VENV)/bin/python benchmarks/products.py $(if $(SIZES),--sizes $(SIZES)) $(if $(WRITE),--write)

bench-spark: setup-spark
	@$(VENV_spark)/bin/python benchmarks/spark.py

lock: ## Resolve the dependencies anew (needs uv on the path)
	$(COMPILE) pyproject.toml --python-version 3.10 -o requirements/run.txt
	$(COMPILE) pyproject.toml --python-version 3.10 --extra dev $(call adding_to,$(RUN)) -o requirements/dev.txt
	$(COMPILE) pyproject.toml --python-version 3.10 --extra report --extra mirror --extra metrics \
		$(call adding_to,$(RUN)) -c requirements/dev.txt -o requirements/outlets.txt
	$(COMPILE) pyproject.toml --python-version 3.10 --extra clients --extra browser \
		$(call adding_to,$(DEV) $(OUTLETS)) -o requirements/clients.txt
	$(COMPILE) pyproject.toml --python-version 3.10 --extra spark $(call adding_to,$(RUN)) -c requirements/dev.txt \
		-o requirements/spark.txt
	$(COMPILE) --group superset --python-version 3.11 --no-config -o requirements/superset.txt
	$(COMPILE) --group duckdb-2 --python-version 3.11 --no-config -o requirements/duckdb-2.txt
	@sed -i.old '/^$$/,$$d' requirements/*.txt && rm requirements/*.txt.old # uv's lists of what is not in a lock
UPGRADE = --upgrade
COMPILE = uv pip compile --universal --generate-hashes --no-header --quiet $(UPGRADE)
# The versions of other locks, and none of the packages that these have for every machine.
adding_to = $(addprefix -c ,$(1)) $$(sed -n 's/^\([^= ]*\)==[^ ;]* [\\]$$/--no-emit-package \1/p' $(1))

clean: ## Remove working files; database and page stay
	@rm -rf target logs build .*.duckdb.build .pytest_cache .ruff_cache

setup-%:
	@$(if $(LOCKS_$*)$(wildcard tests/$*/test_*.py),,$(error there is no area $*, and no folder tests/$* with tests))
	@$(PYTHON) scripts/make_venv.py $(call venv_of,$*) $(or $(LOCKS_$*),$(DEV))

setup-superset:
	@$(PYTHON) -c 'import sys; sys.version_info[:2] == (3, 11) or sys.exit("Apache Superset needs Python 3.11, and \
	this is " + sys.version.split()[0] + ": make test-superset PYTHON=/path/to/python3.11")'
	@$(PYTHON) scripts/make_venv.py $(VENV_superset) $(LOCKS_superset)
