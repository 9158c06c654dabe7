.DEFAULT_GOAL := help
.PHONY: help setup run demo screenshots test check fix migration migrate account password lock audit bench fuzz machine races faults faults-matrix mutations

# The tools of the virtual environment come first: recipes and the Procfile name them plainly.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
COVERAGE ?= 90
TESTERS ?= 2

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-12s %s\n", $$1, $$2}' Makefile

# Compiled here, no process has to do it at its start: where nothing may be written, each would.
setup: .venv/installed ## Install everything into .venv; quick when nothing changed
	@python -m compileall -q *.py migrations $(dir $(wildcard */__init__.py))

.venv/installed: requirements.txt requirements-dev.txt package-lock.json dev/setup.sh
	@sh dev/setup.sh

# exec: a signal to make has to reach the supervisor, not a shell in between.
run: setup ## Run the whole service here, with its servers and a simulated Twilio
	@exec python -m dev.run $(options)

demo: setup ## The same with live fake traffic, so that every screen has something to show
	@exec python -m dev.demo

# Two processes run them; what measures time runs alone afterwards.
test: setup ## Run every test, with coverage
	@sh dev/browser.sh
	@failed=0; \
	pytest -q -n $(TESTERS) --dist loadfile --no-loadscope-reorder -m "not alone" \
	  --cov --cov-report= || failed=1; \
	pytest -q -m alone --cov --cov-append --cov-fail-under=$(COVERAGE) || failed=1; \
	exit $$failed

screenshots: setup ## Make the README's pictures anew, by the browser tests
	@sh dev/browser.sh
	@README_IMAGES=docs/images pytest -q tests/browser/test_readme_images.py

check: setup ## All that CI checks before the tests
	ruff format --check .
	ruff check .
	mypy
	lint-imports

fix: setup ## Format, and repair what the linter can
	ruff check --fix .
	ruff format .

migration: setup ## Write a migration: make migration id=0007 name="add labels"
	@python -m dev.command alembic revision --autogenerate --rev-id "$(id)" -m "$(name)"

migrate: setup ## Bring the running copy's database, or DATABASE_URL, up to date
	@python -m dev.command alembic upgrade head

account: setup ## Make a further account: make account email=owner@example.com
	@python -m dev.account "$(email)"

password: setup ## Give an operator a new password: make password email=owner@example.com
	@python -m dev.command python -m models.commands password --email "$(email)"

lock: setup ## Pin what requirements*.in asks for, with hashes
	@for name in requirements requirements-dev requirements-audit requirements-peers requirements-arq; do \
	  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	    --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
	    $$name.in --output-file $$name.txt || exit 1; \
	done

audit: setup ## Look for known weaknesses of the packages, and list licenses (needs the network)
	@python -m dev.audit

# Two thirds of the time for the readers, the rest for the API by its own description.
fuzz: setup ## Send what nobody means: make fuzz minutes=30 (seed=1 draws the same again)
	@FUZZ_SEED="$(seed)" FUZZ_MINUTES=$$(python -c 'print(float("$(or $(minutes),3)") * 2 / 3)') \
	  python -m tests.fuzz
	@FUZZ_MINUTES=$$(python -c 'print(float("$(or $(minutes),3)") / 3)') \
	  pytest -q tests/web/api/test_described.py tests/web/pages/test_catalog_forms.py

bench: setup ## Measure, print a table and write bench/results.json
	@python -m bench

machine: setup ## Take random steps, crashes included, for a while: make machine minutes=30
	@MACHINE_MINUTES=$(or $(minutes),10) pytest -q tests/machine

races: setup ## Run every race for many rounds: make races rounds=10000
	@RACE_ROUNDS=$(or $(rounds),1000) pytest -q tests/races --timeout 0

faults: setup ## Break things under load and judge what came of it: make faults minutes=5
	@exec python -m faults mix --minutes $(or $(minutes),5) --rate $(or $(rate),50) \
	  $(if $(seed),--seed $(seed)) --out $(or $(out),var/faults)

faults-matrix: setup ## Try each fault of the table alone: make faults-matrix only=kill-web
	@exec python -m faults matrix $(if $(only),--only $(only)) $(if $(seed),--seed $(seed))

mutations: setup ## Break one rule of the service at a time, and see that a test notices
	@exec python -m faults.mutations $(options)
