# What people type. Everything runs in .venv, which tools/environment.py makes from the lock files.

PYTHON ?= python3
PORT ?= 5000
# The folder with a team's own postmortems; ~ is resolved by the tracker, since not every shell does it here.
DOCS ?=
# More options for pytest, say TESTS="tests/store -x".
TESTS ?=

export PORT DOCS

RUN := .venv/bin/python
SAYS_NO_PYTHON = { echo "There is no $(PYTHON) here: install Python 3.11 or newer (apt-get install python3-venv)." >&2; exit 1; }

.PHONY: help run demo-gate test check bench rules lock clean for-run for-test

help:
	@echo "make run     the tracker on http://127.0.0.1:$(PORT), with the examples, or DOCS=~/your/postmortems"
	@echo "make demo-gate  the founding incident at the gate, in a terminal, in less than a minute"
	@echo "make test    every test, on SQLite and PostgreSQL, in a real browser"
	@echo "make check   lint, format, types, and the guards of the house"
	@echo "make bench   how fast it reads, imports and answers, as ratios"
	@echo "make rules   how often each rule of the reader fires, per team"
	@echo "make lock    write requirements*.txt anew from pyproject.toml"
	@echo "make clean   remove .venv and caches; your data in instance/ stays"

for-run for-test:
	@command -v $(PYTHON) >/dev/null || $(SAYS_NO_PYTHON)
	@$(PYTHON) tools/environment.py $(@:for-%=%)

run: for-run
	@exec $(RUN) -m tracker serve --port "$$PORT" --docs "$$DOCS" --examples incidents

demo-gate: for-run
	@exec $(RUN) tools/demo_gate.py

test: for-test
	@exec $(RUN) -m pytest -rs -n auto --database both $(TESTS)

check: for-test
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(RUN) -m mypy
	@$(RUN) -m pytest -q tests/guards

bench: for-test
	@exec $(RUN) -m bench

rules: for-test
	@exec $(RUN) -m bench.rules

lock: for-test
	@$(RUN) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --extra postgresql \
	  --custom-compile-command "make lock" pyproject.toml --output-file requirements.txt
	@$(RUN) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --extra postgresql --extra dev \
	  --constraint requirements.txt --custom-compile-command "make lock" pyproject.toml --output-file requirements-dev.txt

clean:
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
