# make demo [SPEC=file] [SEED=0] [OUT=runs/demo]   make test   make check   make clean
PYTHON ?= python3
VENV   ?= .venv
SPEC   ?=
SEED   ?= 0
OUT    ?= runs/demo
PYTEST_ARGS ?=

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input -q

.DELETE_ON_ERROR:
.PHONY: help demo test lane-mcp lint format types imports spelling check clean lane-mcp-servers lane-bfcl lane-verifiers bench lane-openai

help:
	@echo "make demo [SPEC=openapi.yaml] [SEED=0] [OUT=runs/demo]   from a raw API spec to a better policy"
	@echo "make test [PYTEST_ARGS=...]                              all tests, with coverage"
	@echo "make lane-mcp                                            other people's MCP clients against ours (npm, network)"
	@echo "make check                                               lint, format, types, imports, spelling"
	@echo "make lane-mcp-servers                                    real MCP servers, for benchmarks.live_mcp and its tests"
	@echo "make lane-openai                                         OpenAI's client and an agent framework against serve-policy"
	@echo "make lane-bfcl                                           BFCL's own checkers, for benchmarks.bfcl and its tests"
	@echo "make lane-verifiers                                      verifiers, the peer of benchmarks.speed.environments"
	@echo "make bench                                               the tables of benchmarks.speed, on a quiet machine"
	@echo "make clean                                               remove caches and build products"

demo: $(VENV)/.installed
	$(BIN)/inftool demo $(if $(SPEC),--spec "$(SPEC)") --seed $(SEED) --out "$(OUT)"

test: $(VENV)/.installed-dev
	@echo "Running the tests ..."
	@started=$$(date +%s); \
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --cov $(PYTEST_ARGS) </dev/null; code=$$?; \
	verdict=$$(if [ $$code -eq 0 ]; then echo passed; else echo "FAILED (exit $$code)"; fi); \
	echo "make test: $$verdict after $$(( $$(date +%s) - started )) s"; exit $$code

lane-mcp: $(VENV)/.installed
	$(BIN)/python -m benchmarks.conformance --lane .venv-lane-mcp

lane-openai: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.serving --lane .venv-openai

check: lint types imports spelling

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/.installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(VENV)/.installed-dev
	$(BIN)/mypy

imports: $(VENV)/.installed-dev
	$(BIN)/lint-imports

spelling: $(VENV)/.installed-dev
	$(BIN)/codespell

# Servers of others, apart from our own environment: one of them needs another major version of the MCP SDK.
lane-mcp-servers: $(VENV)/.installed-dev $(VENV)-mcp-servers/.installed

$(VENV)-mcp-servers/.installed:
	@echo "Installing real MCP servers into $(VENV)-mcp-servers ..."
	$(PYTHON) -m venv $(VENV)-mcp-servers/python
	$(VENV)-mcp-servers/python/bin/python -m pip --disable-pip-version-check --no-input -q install \
		mcp-server-git==2026.10.19 mcp-server-time==2026.10.19
	$(PYTHON) -m venv $(VENV)-mcp-servers/sqlite
	$(VENV)-mcp-servers/sqlite/bin/python -m pip --disable-pip-version-check --no-input -q install \
		mcp-server-sqlite==2025.4.25 "mcp<2"
	npm install --prefix $(VENV)-mcp-servers --no-audit --no-fund --ignore-scripts \
		@modelcontextprotocol/server-filesystem@2026.8.31 @modelcontextprotocol/server-memory@2026.8.31
	@touch $@

# BFCL pins a numpy and other versions that ours refuse. soundfile is needed, and not declared.
lane-bfcl: $(VENV)-bfcl/.installed

$(VENV)-bfcl/.installed:
	@echo "Installing BFCL into $(VENV)-bfcl ..."
	$(PYTHON) -m venv $(VENV)-bfcl
	$(VENV)-bfcl/bin/python -m pip --disable-pip-version-check --no-input -q install torch==2.13.0
	$(VENV)-bfcl/bin/python -m pip --disable-pip-version-check --no-input -q install \
		bfcl-eval==2026.3.23 soundfile
	@touch $@

lane-verifiers: $(VENV)-verifiers/.installed

$(VENV)-verifiers/.installed:
	@echo "Installing verifiers into $(VENV)-verifiers ..."
	$(PYTHON) -m venv $(VENV)-verifiers
	$(VENV)-verifiers/bin/python -m pip --disable-pip-version-check --no-input -q install verifiers==0.4.0
	@touch $@

bench: $(VENV)/.installed-dev $(VENV)-verifiers/.installed
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.speed --verifiers $(VENV)-verifiers/bin/python

clean:
	rm -rf build dist htmlcov .coverage .coverage.* .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -not -path "./$(VENV)/*" -prune -exec rm -rf {} +

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "InfTool needs Python 3.11 or newer: set PYTHON=")'
	$(PYTHON) -m venv $(VENV)

# torch goes first and by itself, so that the build which pip finds for this machine is kept.
$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing into $(VENV) (a few minutes the first time) ..."
	$(PIP) install "pip>=25.1"
	$(PIP) install torch==2.13.0
	$(PIP) install -c constraints.txt -e ".[train,condense,synth]"
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@echo "Installing the development tools ..."
	$(PIP) install -c constraints.txt -e ".[trl,constrained]" --group dev
	@touch $@
