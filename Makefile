# Two commands: `make run` (start here) and `make test`. `make help` lists the rest.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
.DEFAULT_GOAL := help
.PHONY: help run test sandbox-mutations check format catalogue docs clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /\1\t/' | expand -t 20

.venv/.base: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; $(PYTHON) is older. Try: make run PYTHON=python3.11"; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing (a few minutes the first time) ..."
	@# torch first, by its exact version: another package's range would take the newest build with gigabytes of CUDA
	@$(PIP) install -q -c constraints.txt torch==2.13.0
	@$(PIP) install -q -c constraints.txt -e .
	@touch $@

.venv/.dev: .venv/.base
	@$(PIP) install -q -c constraints.txt -e '.[dev]'
	@touch $@

run: .venv/.base ## install, pull the model, ingest the corpus, open the copilot (without a terminal: a demo)
	@$(BIN)/rllte-copilot start

test: .venv/.dev ## every test, on the real small model
	@$(BIN)/rllte-copilot setup --model qwen2.5-coder-0.5b --no-ingest
	@$(BIN)/python -m pytest -n 2 --dist loadgroup $(ARGS)

sandbox-mutations: .venv/.dev ## remove each layer of the sandbox in turn: a test must turn red (half an hour)
	@$(BIN)/python -m evals sandbox_mutations --table evals/SANDBOX.md

check: .venv/.dev ## lint, format, types, layers
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check -q . || { echo "Some files are not formatted: make format"; exit 1; }
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-timing 2>/dev/null || $(BIN)/lint-imports

format: .venv/.dev ## format the code
	@$(BIN)/ruff format -q .
	@$(BIN)/ruff check --fix -q .

catalogue: .venv/.dev ## write the catalogue anew, and what the pages of the corpus copy from it
	@$(BIN)/python -m rllte.core.catalogue copilot/core/data/catalogue.json
	@$(BIN)/python -m tests.corpus.write_tables

docs: .venv/.dev ## build the documentation site, site/index.html; a broken link is an error
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build -q -f docs/mkdocs.yml

clean: ## remove what was built here (weights and the index stay in the user's data folder)
	@rm -rf .venv build dist site .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
