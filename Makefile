# Two commands set everything up on a machine with Python >= 3.11 (with venv), pip, git and make:
#   make run     environment, installation, and the bundled example as a graph
#   make test    the tools of development, then lint, types, import layers and tests (KGBUILD_FULL=1: all of them)
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?= build examples/yunling-2025.txt -o plan.ttl
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: run test check format readme docs bench fuzz clean

run: $(VENV)/.installed
	$(BIN)/kgbuild $(ARGS)

test: check
	$(BIN)/python -m pytest --durations=10

check: $(VENV)/.developing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell

format: $(VENV)/.developing
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

readme: $(VENV)/.developing
	$(BIN)/python -m tests.test_docs

docs: $(VENV)/.developing
	$(BIN)/python -m sphinx -q -W -c docs docs/en docs/_build/en
	$(BIN)/python -m sphinx -q -W -c docs -D language=zh_CN docs/zh docs/_build/zh

# Invented documents, each built, proved and held against the shapes; mutated files of binary formats, each read and
# every 50th built; then, for so many seconds, files that reach new code of each reader, by atheris where it has a wheel
# (make fuzz COUNT=100000 FILES=100000 SEED=7 SECONDS=3600).
COUNT ?= 20000
FILES ?= 30000
SEED ?= 1
SECONDS ?= 120
fuzz: $(VENV)/.developing
	$(BIN)/python -m tests.fuzz $(COUNT) $(SEED)
	$(BIN)/python -m tests.fuzz_files $(FILES) $(SEED)
	$(PIP) --only-binary=:all: atheris && $(BIN)/python -m tests.fuzz_guided $(SECONDS)

bench: $(VENV)/.developing
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) dist build plan.ttl

# The stamps depend on the list of dependencies: a later call costs nothing until that changes.
$(VENV)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("kgbuild needs Python 3.11 or later; name one: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(PIP) -e .
	@touch $@

$(VENV)/.developing: $(VENV)/.installed
	$(PIP) -e '.[dev]'
	@touch $@
