# `make` alone prints what there is.
SHELL := /bin/sh
VENV := .venv
PY := $(VENV)/bin/python
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do command -v $$p >/dev/null 2>&1 && $$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
CATALOGUES := $(shell find src -name '*.po')

.PHONY: help run test proof lint lock clean

help: ## print this list
	@echo "Ampera. The two commands: make run, make test."
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16

run: $(VENV)/.run ## make an environment, play a small simulated round, serve on http://127.0.0.1:8000
	@$(VENV)/bin/ampera run $(ARGS)

test: $(VENV)/.test ## make an environment and everything the tests need, then run them on SQLite and PostgreSQL
	@$(PY) -m scripts.test $(ARGS)

proof: $(VENV)/.peers ## the long proofs (hours allowed): peers (needs node), fuzz, coverage of intervals
	@$(PY) -m pytest tests -m proof $(ARGS)

lint: $(VENV)/.test ## format, and say what the linters say
	@$(VENV)/bin/ruff format -q . && $(VENV)/bin/ruff check . && $(VENV)/bin/lint-imports --no-logo && $(VENV)/bin/mypy

lock: $(VENV)/.test ## resolve the dependencies again into the three hashed locks
	@$(PY) -m pip install -q 'uv>=0.5,<1'
	@$(VENV)/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --extra analysis --extra pdf pyproject.toml -o requirements.lock
	@$(VENV)/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --all-extras --group dev pyproject.toml -o requirements-dev.lock
	@$(VENV)/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --group peers -c requirements-dev.lock -o requirements-peers.lock

clean: ## throw away the environment and everything the demo made
	rm -rf $(VENV) var

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Ampera needs Python 3.11 or newer with venv (Debian, Ubuntu: apt install python3-venv)."; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock pyproject.toml hatch_build.py $(CATALOGUES) | $(VENV)/bin/python
	@test -e $(VENV)/.test || { echo "installing …"; $(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock; }
	@$(PY) -m pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/.peers: requirements-peers.lock $(VENV)/.test
	@echo "installing …"; $(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements-peers.lock
	@touch $@

$(VENV)/.test: requirements-dev.lock pyproject.toml hatch_build.py $(CATALOGUES) | $(VENV)/bin/python
	@echo "installing …"; $(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(PY) -m pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@ $(VENV)/.run
