# Every target makes what it needs; `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
Q ?=

.DEFAULT_GOAL := help
.PHONY: help ask bot rebuild test check bench evaluate emulator format docs clean

help: ## List the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt torch
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

ask: $(STAMP) ## Answer one question: make ask Q="Can I observe on a B-1 visa?"
	@test -n "$(Q)" || { echo 'usage: make ask Q="your question"' >&2; exit 2; }
	@$(BIN)/advisor ask "$$QUESTION"
ask: export QUESTION = $(value Q)

bot: $(STAMP) ## Run the Telegram bot (needs ADVISOR_TELEGRAM_TOKEN)
	$(BIN)/advisor bot

rebuild: $(STAMP) ## Rebuild the index; only what changed is embedded
	$(BIN)/python index/rebuild.py

test: $(STAMP) ## Run the tests
	$(BIN)/pytest

check: $(STAMP) ## Everything that must hold: style, types, layers, corpus, docs, tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/advisor corpus check
	$(BIN)/pytest

evaluate: $(STAMP) ## Measure retrieval and answers on our own questions
	$(BIN)/advisor evaluate questions

bench: $(STAMP) ## Measure against other retrieval stacks, side by side (own environment, some minutes)
	$(BIN)/python -m tests.bench

emulator: $(STAMP) ## Run the Bot API emulator by hand; chat with: .venv/bin/python -m tests.e2e.emulator.chat
	$(BIN)/python -m tests.e2e.emulator --port 8081

format: $(STAMP) ## Bring the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(STAMP) ## Write the generated parts of docs/ again
	$(BIN)/python -m tests.generate_docs

clean: ## Remove the environment, builds and caches
	rm -rf $(VENV) dist build index/builds index/current index/vectors.sqlite* .mypy_cache .pytest_cache .ruff_cache
