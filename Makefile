# make trial   everything from nothing to a report of both orchestrators
# make test    every check, on the real engines too
# make check   the quick part of it: lint, types, imports, unit tests
# make format  put the code in order
# make down    end the labs

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
BIN := .venv/bin
SOURCE ?= auto

.PHONY: trial test check lint unit lab calibration e2e format down setup setup-test

trial: setup
	$(BIN)/seatrial doctor
	$(BIN)/seatrial lab up --source $(SOURCE)
	$(BIN)/seatrial run suites/quick.toml

test: setup-test lint unit calibration e2e

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
	$(BIN)/pytest -m "not lab and not calibration"

calibration: setup
	$(BIN)/pytest -m calibration

lab: setup
	$(BIN)/seatrial lab up --source $(SOURCE)

e2e: lab
	$(BIN)/pytest -m lab

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

down: setup
	$(BIN)/seatrial lab down
