# The two commands a newcomer needs: `make run` and `make test`. README says what each line does.

PYTHON ?= python3
PORT ?= 8000
# Test processes: one for each core, or a number.
PROCESSES ?= auto
# Arguments for pytest: make test ARGS="tests/search -k facets"
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py
TRANSLATIONS := $(patsubst %.po,%.mo,$(wildcard marketplace/locale*/*/LC_MESSAGES/*.po))

.DEFAULT_GOAL := help
.PHONY: help environment run site test browser lint format translations migrations screenshots clean

help:
	@echo "make run           the site with demo content on http://127.0.0.1:$(PORT) (PORT=8001 changes it)"
	@echo "make test          all tests (ARGS=... goes to pytest, PROCESSES=0 runs them one by one)"
	@echo "make lint          ruff and djlint"
	@echo "make format        lets ruff format and mend what it can"
	@echo "make translations  collects new strings into marketplace/locale (needs gettext)"
	@echo "make migrations    writes missing migrations"
	@echo "make screenshots   pictures of a running site, into var/screenshots"
	@echo "make clean         removes the environment and caches; var/, with the database, stays"

# The environment is made once, and again only when the requirements change.
environment: $(VENV)/installed.txt

$(VENV)/installed.txt: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name it with PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --requirement requirements.txt
	cp requirements.txt $@

%.mo: %.po | environment
	$(BIN)/pybabel --quiet compile --domain django --input-file $< --output-file $@

# Everything `make run` does before it serves; doing it again changes nothing.
site: export DEBUG ?= 1
site: export SITE_URL ?= http://127.0.0.1:$(PORT)
site: environment $(TRANSLATIONS)
	$(MANAGE) migrate --noinput --verbosity 0
	$(MANAGE) createcachetable
	$(MANAGE) load_vocabularies
	$(MANAGE) load_demo

run: export DEBUG ?= 1
run: export SITE_URL ?= http://127.0.0.1:$(PORT)
# Requests reach their providers after the grace of ten minutes; the loop ends with the server.
run: site
	@$(MANAGE) send_due_requests --every 30 & messages=$$!; \
	trap 'kill $$messages' EXIT; trap 'exit 130' INT TERM; \
	$(MANAGE) runserver 127.0.0.1:$(PORT)

test: environment browser $(TRANSLATIONS)
	$(BIN)/python -m pytest --numprocesses $(PROCESSES) --dist worksteal $(ARGS)

browser:
	@bash marketplace/setup/install_browser.sh

lint: environment
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint templates --lint --quiet

format: environment
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

translations: export DEBUG ?= 1
translations: environment
	$(MANAGE) makemessages --locale zh_Hans --no-wrap --no-obsolete --add-location file --ignore 'tests/*' --ignore 'var/*'

migrations: export DEBUG ?= 1
migrations: environment
	$(MANAGE) makemigrations

screenshots: environment browser
	$(BIN)/python marketplace/setup/screenshots.py --site http://127.0.0.1:$(PORT) $(ARGS)

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +
