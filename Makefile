# Needs python3 (3.11 or newer) with its venv module, and make. Everything else installs itself.
PYTHON ?= python3
ROOMS = domain ledger projections api importers cli
BIN = .venv/bin

.PHONY: help venv run test coverage mutate lint openapi benchmark demo-cdnow demo-lists clean

help:
	@echo "make run         start Tenure with demo data on http://127.0.0.1:8000"
	@echo "make test        run the whole suite against a real PostgreSQL"
	@echo "make coverage    every line of domain/ is tested, and at least 98 % of its branches"
	@echo "make mutate      how many wrong domains the tests of the domain notice (30 min)"
	@echo "make lint        ruff, mypy --strict, import contracts"
	@echo "make openapi     write docs/openapi.json anew"
	@echo "make benchmark   measure what the README claims, each with its verdict"
	@echo "make demo-cdnow  import the CDNOW purchase history (downloads it)"
	@echo "make demo-lists  import the Forbes 2000 and the Superstore sample (downloads them)"
	@echo "make clean       remove .venv and caches; data stay in .tenure"

venv:
	@command -v $(PYTHON) >/dev/null || { echo "tenure: $(PYTHON) is missing; install Python 3.11 or newer with its venv module, or name one: make PYTHON=python3.11 ..." >&2; exit 3; }
	@$(PYTHON) scripts/install

run: venv
	@exec $(BIN)/tenure run

test: venv
	@$(BIN)/pytest -n auto --dist worksteal

coverage: venv
	@$(BIN)/pytest -q -n auto tests/domain --cov --cov-report=json:.coverage.json --cov-report=term-missing:skip-covered
	@$(BIN)/python scripts/coverage_floor

mutate: venv
	@$(BIN)/mutmut run
	@$(BIN)/mutmut export-cicd-stats
	@$(BIN)/python scripts/mutation_floor

lint: venv
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy $(ROOMS) tests benchmarks
	@$(BIN)/lint-imports

openapi: venv
	@$(BIN)/tenure openapi

benchmark: venv
	@$(BIN)/python -m benchmarks.append
	@$(BIN)/python -m benchmarks.sealing
	@$(BIN)/python -m benchmarks.bulk_import
	@$(BIN)/python -m benchmarks.rebuild
	@$(BIN)/python -m benchmarks.kpis
	@$(BIN)/python -m benchmarks.verify
	@$(BIN)/python -m benchmarks.read_log

demo-cdnow: venv
	@$(BIN)/python scripts/cdnow
	@$(BIN)/tenure import accounts downloads/cdnow-accounts.csv
	@$(BIN)/tenure import orders downloads/cdnow-orders.csv

demo-lists: venv
	@$(BIN)/python scripts/forbes2000
	@$(BIN)/tenure import crm downloads/forbes2000.csv
	@$(BIN)/python scripts/superstore
	@$(BIN)/tenure import accounts downloads/superstore-accounts.csv
	@$(BIN)/tenure import crm downloads/superstore-orders.csv

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis *.egg-info
