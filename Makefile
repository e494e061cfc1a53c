# Everything runs from .venv, which the first target that needs it creates. `make help` lists the targets.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 7860
INDEX ?= .assistant/index

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
SEEDING := $(INDEX).seeding
TORCH := $(shell sed -n '/^torch==/p' constraints.txt)
PIP := $(BIN)/python -m pip --disable-pip-version-check

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup chat test lint format types pytest bench image constraints clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

setup: $(INSTALLED) ## create .venv and install everything into it

# torch comes first and alone: a loose requirement of another package would choose its version and its build.
# The stamp is touched last, so that an interrupted setup is taken up again.
$(INSTALLED): pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null || { \
	  echo "There is no '$(PYTHON)' on this machine. Install Python 3.11 or newer, or name one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "'$(PYTHON)' is $$($(PYTHON) --version 2>&1), but Python 3.11 or newer is needed. Name another one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "Setting up $(VENV); the first time takes some minutes."
	@test -x $(BIN)/python && $(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV) || { \
	  echo "'$(PYTHON)' cannot create a virtual environment. On Debian and Ubuntu install the package python3-venv." >&2; exit 1; }
	@echo "  1 of 2: $(TORCH)"
	@$(PIP) install -qq --constraint constraints.txt $(TORCH)
	@echo "  2 of 2: this project and its tools"
	@$(PIP) install -qq --constraint constraints.txt --editable '.[dev]'
	@touch $@

# The seeds are indexed when there is no index yet, or when an earlier run was stopped while indexing them. An index
# that is there already belongs to its owner, and nothing is added to it.
chat: setup ## index the seeds if there is no index, and open the chat
	@if [ ! -e "$(INDEX)" ] || [ -e "$(SEEDING)" ]; then \
	  mkdir -p "$(dir $(INDEX))" && touch "$(SEEDING)" && \
	  $(BIN)/assistant index build --index "$(INDEX)" seeds && rm -f "$(SEEDING)"; \
	fi
	@$(BIN)/assistant chat --index "$(INDEX)" --host $(HOST) --port $(PORT)

test: lint types pytest ## lint, types and tests

lint: setup ## style and format, nothing is changed
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

format: setup ## put the code into format and repair what can be repaired
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

types: setup ## check the types
	@$(BIN)/mypy

# The tests start the program hundreds of times: it may keep what it compiles, whatever the environment says.
pytest: setup ## the tests alone, several files at once; choose some with ARGS="tests/index -k offsets"
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile $(ARGS)

bench: setup ## list the benchmarks, or run one with NAME=..., its options in ARGS=...
	@if [ -n "$(NAME)" ]; then $(BIN)/python -m benchmarks.$(NAME) $(ARGS); else \
	  echo "Name one, for example: make bench NAME=$$(ls benchmarks | sed -n 's/^\([a-z][a-z_]*\)\.py$$/\1/p' | head -n 1)"; \
	  ls benchmarks | sed -n 's/^\([a-z][a-z_]*\)\.py$$/  \1/p'; echo "  whole"; fi

image: ## build the container image article-assistant; see docs/deployment.md
	docker build -f deploy/Dockerfile -t article-assistant .

constraints: setup ## write the installed versions to constraints.txt
	@{ sed -n '/^#/p' constraints.txt; $(PIP) freeze --exclude-editable | sed '/ @ /d; s/+cpu$$//' | sort -f; } > $(VENV)/constraints.txt
	@mv $(VENV)/constraints.txt constraints.txt && touch $(INSTALLED)

clean: ## remove .venv and the caches, not the indexes
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
