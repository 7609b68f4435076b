# gipt: the commands of this checkout. Python 3.11 or newer and a package index are all they need.

VENV ?= .venv
BIN := $(VENV)/bin
# Further extras of setup.cfg for the tests, with spaces between: make test EXTRAS="browser postgres"
EXTRAS ?=
ARGS ?=
ifneq ($(GIPT_TEST_DATABASE_URL),)
EXTRAS += postgres
endif
ifneq ($(GIPT_REQUIRE_BROWSER),)
EXTRAS += browser
endif
ifneq ($(GIPT_REQUIRE_CHECK),)
EXTRAS += check
endif
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: help demo run test check bench catalogs

help:
	@echo 'make demo      play a small programme, write the workbook for its funder, serve it, say how to sign in'
	@echo 'make test      run the tests (on PostgreSQL when GIPT_TEST_DATABASE_URL names a server)'
	@echo 'make run       serve your own installation, made on the first run'
	@echo 'make check     ruff, mypy and the translation catalogs'
	@echo 'make bench     measure the ratios of speed'
	@echo 'make catalogs  extract the texts, bring every language up to date, say how much of each is there'

# ARGS reaches the command: make demo ARGS=--no-serve, make test ARGS="-k scheduling"
demo: $(VENV)/.has-gipt
	GIPT_DATA="$${GIPT_DATA:-var/demo}" $(BIN)/gipt demo $(ARGS)

run: $(VENV)/.has-gipt
	$(BIN)/gipt init
	$(BIN)/gipt serve $(ARGS)

test: $(VENV)/.has-test $(addprefix $(VENV)/.has-,$(sort $(EXTRAS)))
	$(BIN)/python -m pytest $(ARGS)

check: $(VENV)/.has-test $(VENV)/.has-dev
	$(BIN)/ruff check .
	$(BIN)/mypy gipt
	$(BIN)/gipt catalogs check

bench: $(VENV)/.has-bench
	$(BIN)/python -m tests.bench.run $(ARGS)

catalogs: $(VENV)/.has-gipt
	$(BIN)/gipt catalogs extract
	$(BIN)/gipt catalogs update
	$(BIN)/gipt catalogs readability
	$(BIN)/gipt catalogs coverage

# One stamp for each extra, so that the second time is quick.
$(VENV)/.has-gipt: setup.cfg pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.has-%: setup.cfg pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[$*]'
	@touch $@

$(BIN)/python:
	@found=''; \
	for name in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python; do \
	    if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found="$$name"; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	    echo 'gipt needs Python 3.11 or newer. Name it if it is not on the path: make PYTHON=/path/to/python3' >&2; exit 1; \
	fi; \
	if ! "$$found" -c 'import ensurepip, venv' 2>/dev/null; then \
	    echo "$$found cannot make virtual environments: install the package python3-venv (apt install python3-venv)." >&2; exit 1; \
	fi; \
	"$$found" -m venv $(VENV) || { rm -rf $(VENV); exit 1; }
