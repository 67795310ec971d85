# Two commands matter: `make demo` and `make test`. Everything else explains itself: `make help`.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
PORT ?= 8000
V := .venv/bin
# Workers for pytest: many wait for processes, so three keep two cores busy.
JOBS ?= 3

##@ Use it

.PHONY: demo
demo: setup ## Seed the demo town, play the main job, then serve at http://127.0.0.1:8000 (ONCE=1: stop after the story)
	@ONCE=$(ONCE) $(V)/casework up --demo --port $(PORT)

.PHONY: setup
setup: $(V)/.installed node_modules/.installed var/codes/icd10cm.csv ## Install all that is needed; quick the second time

##@ Check it

.PHONY: test
test: setup $(V)/.tested ## The whole suite; what this machine cannot have is skipped with one line (CI=true: a failure)
	@$(V)/pytest -n $(JOBS) --dist loadgroup --no-loadscope-reorder $(ARGS)

.PHONY: check
check: setup $(V)/.tested ## Format, lint, types, imports, generated pages fresh
	@$(V)/ruff format --check .
	@$(V)/ruff check .
	@$(V)/mypy casework statemachines sla letters
	@$(V)/lint-imports --no-cache
	@$(V)/casework docs --check

.PHONY: bench
bench: setup $(V)/.tested ## Our figures against their floors, in one run; writes var/bench/results.json
	@$(V)/python -m bench $(ARGS)

.PHONY: chaos
chaos: setup $(V)/.tested ## The long proofs: a year of 10,000 deadlines under SIGKILL, 10,000 histories and figures, each page by each role, each path of a denial (an hour; SEED=7: others)
	@CI=true CHAOS=year SEED=$(or $(SEED),2026) $(V)/pytest -n 0 -s --durations=10 $(ARGS) \
	  tests/sla/test_properties.py tests/sla/test_properties_of_time.py \
	  tests/services/test_histories.py tests/services/test_wandering.py \
	  tests/services/test_each_cell_in_the_house.py tests/chaos tests/letters/test_letters_forms.py \
	  tests/letters/test_letters_mutations.py tests/worker/test_killed_workers.py \
	  tests/services/test_public_figures.py tests/journeys/test_axe_everywhere.py \
	  tests/journeys/paths

.PHONY: screenshots
screenshots: setup $(V)/.tested ## Pictures for the README from the demo town
	@$(V)/python -m bench.screenshots

##@ Keep it

.PHONY: format
format: $(V)/.tested ## Put the code in shape
	@$(V)/ruff format .
	@$(V)/ruff check --fix-only .

.PHONY: docs
docs: setup ## Regenerate the READMEs of the three libraries, the OpenAPI file and the diagrams
	@$(V)/casework docs

.PHONY: lock
lock: ## Choose new versions (needs uv on the PATH); the files carry hashes and no registry address
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -q -U -o requirements.lock
	uv pip compile tests/requirements.in --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -q -U -o tests/requirements.lock

.PHONY: clean
clean: ## Remove what set-up made (not the data in var/)
	rm -rf .venv node_modules var/codes

.PHONY: help
help: ## This page
	@awk 'BEGIN {FS = ":.*##"} /^##@/ {printf "\n\033[1m%s\033[0m\n", substr($$0, 5)} \
	  /^[a-z-]+:.*##/ {printf "  \033[36mmake %-12s\033[0m%s\n", $$1, $$2}' $(MAKEFILE_LIST)

# ── What set-up makes ───────────────────────────────────────────────────────────────────────────

$(V)/.installed: requirements.lock pyproject.toml .ci/system
	@bash .ci/system run
	@test -x $(V)/python || $(PYTHON) -m venv .venv
	@$(V)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(V)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e . 2>/dev/null \
	  || $(V)/pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

$(V)/.tested: tests/requirements.lock $(V)/.installed
	@bash .ci/system test
	@$(V)/pip install -q --disable-pip-version-check --require-hashes -r tests/requirements.lock
	@touch $@

node_modules/.installed: package-lock.json casework/web/assets.py $(V)/.installed
	@bash .ci/system npm
	@$(V)/python -c "from casework.web import assets; assets.collect()"
	@touch $@

var/codes/icd10cm.csv: $(V)/.installed
	@$(V)/casework codes build
