# make trial   both labs up, the quick suite on both, a report
# make test    every check, on the real engines too
# make test-mesh  Swarm's routing mesh, in kernels of its own that have IPVS
# make test-kills  harnesses killed at random moments, their runs resumed: half an hour
# make check   the quick part of it: lint, types, imports, unit tests
# make bench   the load generator beside others, then what the report is made with
# make docs    the parts of docs/ that come from the code, anew
# make format  put the code in order
# make down    end the labs

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
BIN := .venv/bin
SOURCE ?= auto

.PHONY: trial test test-mesh test-kills check lint unit lab e2e bench docs format down setup setup-test

trial: lab
	$(BIN)/seatrial run quick

test: setup-test lint unit e2e

test-mesh: setup
	$(BIN)/pytest -m mesh

test-kills: lab
	$(BIN)/pytest -m kills

check: setup lint unit

setup:
	@lab/setup

setup-test:
	@lab/setup --tests

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: setup
	$(BIN)/pytest -m "not lab and not mesh and not kills"

lab: setup
	$(BIN)/seatrial lab up --source $(SOURCE)

e2e: lab
	$(BIN)/pytest -m "lab and not kills"

bench: setup
	$(BIN)/python -m benchmarks.load
	$(BIN)/python -m benchmarks.metrics
	$(BIN)/python -m benchmarks.verdicts

docs: setup
	$(BIN)/python -m seatrial.reports.reference docs

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

down: setup
	$(BIN)/seatrial lab down
