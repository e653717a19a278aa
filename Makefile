# What a person types. Works from a clean clone with Python 3.11+, pip and make; `make help` tells the rest.

PYTHON ?= python3
VENV ?= .venv
ARGS ?=
WORKERS ?= 4

# pip answers to nobody's settings but the lock: every file it installs is named there by its hash.
PIP = $(VENV)/bin/python -m pip --disable-pip-version-check --quiet
DEMO = $(VENV)/.demo
READY = $(VENV)/.ready
TOOLS = $(VENV)/tools/.ready
NODE = clients/typescript/node_modules/.ready

# Tests start some hundred processes, each of which would compile all it imports.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo up secrets test test-tools test-faults soak hostile mutants check generate clients release-contract bench peers lock \
  sbom audit clean compose-test k8s-test

help: ## show this
	@awk 'BEGIN {FS = ":.*## "} /^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## build .venv with everything that development needs

# With a target nothing is started here: the demo's container plays on what the compose file runs.
PLAY = $(if $(TARGET),MITMACH_OPERATOR=$(shell id -u) docker compose --profile demo run --rm --no-deps demo mitmach demo --once \
  --target $(subst localhost:8080,origin:8080,$(TARGET)),$(VENV)/bin/mitmach demo)

demo: $(if $(TARGET),,$(DEMO)) ## play an organisation (ARGS="--once --days 7", ARGS=--fresh, TARGET=http://localhost:8080)
	@$(PLAY) $(ARGS)

up: $(DEMO) ## start the platform: database, broker and all services on one port
	@$(VENV)/bin/mitmach up $(ARGS)

secrets: $(DEMO) ## make passwords and keys for docker compose, in secrets/ (TEAM=marketing: for a data team)
	@$(VENV)/bin/mitmach secrets secrets $(addprefix --data-team ,$(TEAM))

test: $(READY) $(TOOLS) $(NODE) ## run all tests on real parts (ARGS="-k outbox", WORKERS=0 for one process)
	$(VENV)/bin/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

test-tools: $(READY) $(TOOLS) $(NODE) ## try clients, SDKs and linters of other ecosystems: Node, Go, a browser, where they are
	$(VENV)/bin/python -m pytest -n $(WORKERS) --dist worksteal -m "tools and not faults_long" $(ARGS) tests

test-faults: $(READY) $(NODE) ## kill, freeze, cut and attack everything for up to an hour (ARGS="-k network", MINUTES=1)
	$(VENV)/bin/python -m pytest -n $(WORKERS) --dist worksteal -m faults_long \
	  --ignore tests/faults/test_soak.py --ignore tests/faults/test_hostile_person.py $(ARGS) tests
	@$(MAKE) --no-print-directory soak
	@$(MAKE) --no-print-directory hostile

soak: $(READY) ## break things at random under load, then count (SEED=4711 again, MINUTES=3, BROKER=embedded)
	@SEED=$(SEED) MINUTES=$(MINUTES) BROKER=$(BROKER) \
	  $(VENV)/bin/python -m pytest -s -m faults_long tests/faults/test_soak.py

hostile: $(READY) ## one hostile person for ten minutes, alone on the machine: what the others wait is compared (MINUTES=1)
	@MINUTES=$(MINUTES) $(VENV)/bin/python -m pytest -s -m faults_long tests/faults/test_hostile_person.py

mutants: $(READY) ## take each safeguard out of a copy of the code and see that the tests notice (ARGS=epoch for one)
	$(VENV)/bin/python -m tooling.mutants $(ARGS)

COMPOSE_WITHOUT ?=
COMPOSE_UP ?= --build

# COMPOSE_ENV_FILES=deploy/three-brokers.env make compose-test: the same with three brokers.
compose-test: $(READY) secrets ## start the compose file, kill each container under load, compare the counts
	MITMACH_HISTORY=true docker compose up $(COMPOSE_UP) --detach --wait \
	  $(if $(COMPOSE_WITHOUT),$(filter-out $(COMPOSE_WITHOUT),$(shell docker compose config --services)))
	MITMACH_COMPOSE_TEST=1 $(VENV)/bin/python -m pytest tests/compose $(ARGS)

# A cluster's, or none: then an API server is started where etcd and kube-apiserver are installed.
KUBECTL ?=

k8s-test: $(READY) $(TOOLS) ## have a real API server judge every overlay (KUBECTL="kubectl --context ...")
	MITMACH_KUBECTL="$(KUBECTL)" $(VENV)/bin/python -m pytest tests/kubernetes $(ARGS)

check: $(READY) ## lint, format, types, import contracts, generated documents
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports --no-cache
	$(VENV)/bin/python -m tooling.generate --check
	$(VENV)/bin/python -m tooling.generators.compatibility

VERSION ?=

release-contract: $(READY) ## make the event schemas of today the released ones, in schemas/released/ (VERSION=1.0.0)
	$(VENV)/bin/python -m tooling.generators.compatibility --release $(VERSION)

generate: $(READY) ## write all generated documents anew: schemas, references, dashboards, manifests
	$(VENV)/bin/python -m tooling.generate

clients: $(READY) $(TOOLS) $(NODE) ## generate the clients in clients/ anew from schemas/openapi/origin.json
	$(VENV)/bin/python -m tooling.clients $(ARGS)

bench: $(READY) ## run all benchmarks beside their peers, 35 minutes; writes benchmarks/RESULTS.md (ARGS=--quick to try it)
	@$(MAKE) --no-print-directory peers || echo "The peers can't be installed: their rows are left out."
	$(VENV)/bin/python benchmarks/_results.py $(ARGS)

# An environment of their own: what they pin is no business of the product's lock.
PEERS = .venv-peers

peers: $(PEERS)/.ready ## install what the benchmarks compare with into .venv-peers

$(PEERS)/.ready: requirements/peers.txt | $(VENV)/bin/python
	@echo "Installing the peers of the benchmarks into $(PEERS) ..."
	@$(PYTHON) -m venv $(PEERS)
	@$(PEERS)/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements/peers.txt
	@touch $@

LOCKED = $(VENV)/bin/uv pip compile --quiet --generate-hashes --no-emit-index-url --universal \
  --python-version 3.11 --custom-compile-command "make lock" $(ARGS)

lock: $(READY) ## resolve the dependencies anew (ARGS=--upgrade) and write requirements/
	$(PIP) install uv
	$(LOCKED) pyproject.toml -o requirements/runtime.txt
	$(LOCKED) pyproject.toml -o requirements/embedded.txt --extra embedded --extra build -c requirements/runtime.txt
	$(LOCKED) pyproject.toml -o requirements/dev.txt --extra embedded --extra build --extra parquet \
	  --extra dev -c requirements/embedded.txt
	$(LOCKED) benchmarks/peers/requirements.in -o requirements/peers.txt
	$(LOCKED) requirements/tools.in -o requirements/tools.txt

sbom: $(TOOLS) ## list what the image is made of, by the lock, as CycloneDX (sbom.cdx.json)
	$(VENV)/tools/bin/cyclonedx-py requirements requirements/runtime.txt --pyproject pyproject.toml \
	  --output-reproducible --validate --of JSON -o sbom.cdx.json

audit: $(READY) $(TOOLS) ## ask an advisory database about every locked dependency; says SKIPPED where it can't
	@$(VENV)/bin/python -m tooling.audit

clean: ## remove the environment and caches; asks before it deletes stored data (DATA=keep or DATA=delete answers)
	@if [ -d .mitmach ]; then \
	  answer="$(DATA)"; \
	  if [ -z "$$answer" ]; then \
	    printf 'Delete the stored data in .mitmach too? [y/N] '; read -r answer || echo; \
	  fi; \
	  case "$$answer" in \
	    y|Y|yes|delete) rm -rf .mitmach ;; \
	    *) echo "Kept the stored data in .mitmach." ;; \
	  esac; \
	fi
	rm -rf $(VENV) $(PEERS) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis $(dir $(NODE))
	find mitmach services shared tooling examples tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + || true

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
	  f"Mitmach needs Python 3.11 or newer; this is {sys.version.split()[0]}. Try: make PYTHON=python3.12")'
	@$(PYTHON) -m venv $(VENV) || { echo "No virtual environment could be made; on Debian: apt install python3-venv"; \
	  rm -rf $(VENV); exit 1; }

# Installing again only when a lock or the metadata has changed. The two locks agree in every version, so that the
# larger one never undoes the smaller.
$(DEMO): requirements/embedded.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing what the platform runs on into $(VENV) ..."
	@$(PIP) install --require-hashes -r requirements/embedded.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(READY): requirements/dev.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing the development environment into $(VENV) ..."
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $(DEMO) $@

# In an environment of their own, see requirements/tools.in.
$(TOOLS): requirements/tools.txt | $(VENV)/bin/python
	@echo "Installing tools into $(VENV)/tools ..."
	@$(PYTHON) -m venv $(VENV)/tools
	@$(VENV)/tools/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements/tools.txt
	@touch $@

# What generates, checks and tries the TypeScript client. Without Node, or where its packages can't be had, tests that
# need it say so.
$(NODE): clients/typescript/package-lock.json
	@command -v npm > /dev/null || { echo "SKIPPED npm ci: there is no npm here"; exit 0; }; \
	  echo "Installing the packages of clients/typescript ..."; \
	  if npm ci --silent --ignore-scripts --prefix clients/typescript; then touch $@; \
	  else echo "SKIPPED npm ci: it failed"; fi
