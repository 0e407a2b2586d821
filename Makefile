# Needs Python 3.11 and make, nothing else; everything lands in .venv.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
PY := .venv/bin/python
CODE := bot domain handlers models scheduler web tests
# `make check test` runs the laws of the house once: with all tests, where they are counted.
WITH_ALL := $(if $(TESTS),,$(filter test,$(MAKECMDGOALS)))

.PHONY: help run test check format bench soak gallery migrate migrations

help: ## this list
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 12

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed") if sys.version_info < (3, 11) else 0'
	$(PYTHON) -m venv .venv

# A stamp is newer than the pinned list it was installed from; pip checks each file's hash.
.venv/.stamp-run: requirements.txt | .venv/bin/python
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/.stamp-test: requirements-test.txt | .venv/bin/python
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.txt
	@touch $@ .venv/.stamp-run

run: .venv/.stamp-run ## start; without config.toml the rehearsal community, and prints its address
	@exec $(PY) -m bot run

migrate: .venv/.stamp-run ## bring the configured database to this version's tables
	@$(PY) -m bot migrate

gallery: .venv/.stamp-run ## every message and page, rendered into build/gallery
	@$(PY) -m bot gallery

check: .venv/.stamp-test ## format, lint, types, import walls, laws of the house, migrations up to date
	$(PY) -m ruff format --check $(CODE)
	$(PY) -m ruff check $(CODE)
	$(PY) -m mypy
	.venv/bin/lint-imports
	$(if $(WITH_ALL),@echo "tests/house: with all tests",$(PY) -m pytest -q tests/house)

format: .venv/.stamp-test ## put code into shape
	$(PY) -m ruff format $(CODE)
	$(PY) -m ruff check --fix $(CODE)

test: .venv/.stamp-test ## all tests, PostgreSQL and Chromium among them where installed
	$(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not bench and not soak" $(TESTS)

bench: .venv/.stamp-test ## figures, as ratios in one run
	$(PY) -m pytest -q -s -o python_files='bench_*.py' tests/benchmarks
	$(PY) -m tests.benchmarks.bench_events

soak: .venv/.stamp-test ## weeks of events in minutes
	$(PY) -m pytest -q -s -m soak tests

migrations: .venv/.stamp-test ## write a migration for what changed in models/tables
	$(PY) -m tortoise -c models.schema.TORTOISE makemigrations
