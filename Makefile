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
.PHONY: help environment run site test browser booklet-libraries lint format translations migrations screenshots clean
.PHONY: elasticsearch elasticsearch-stop elasticsearch-cluster elasticsearch-cluster-stop
.PHONY: postgresql postgresql-stop

help:
	@echo "make run           the site with demo content on http://127.0.0.1:$(PORT) (PORT=8001 changes it)"
	@echo "make test          all tests (ARGS=... goes to pytest, PROCESSES=0 runs them one by one)"
	@echo "make test-postgresql  the same tests, with the site's data on PostgreSQL"
	@echo "make booklet-libraries  what PDF booklets need from the system (Debian)"
	@echo "make elasticsearch starts Elasticsearch on this machine, fetched the first time (needs Java)"
	@echo "make postgresql    starts a PostgreSQL of the project's own on this machine"
	@echo "                   each with -stop, and elasticsearch-cluster (-stop) for three nodes"
	@echo "make bench         measures pages and engines side by side (some 15 minutes)"
	@echo "make lint          ruff and djlint"
	@echo "make format        lets ruff format and mend what it can"
	@echo "make translations  collects new strings into marketplace/locale (needs gettext)"
	@echo "make migrations    writes missing migrations"
	@echo "make screenshots   pictures of a running site, into var/screenshots"
	@echo "make clean         removes the environment and caches; var/, with the database, and"
	@echo "                   .servers/, with the servers of the tests, stay"

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
# What is due by the clock is done (requests reach their providers after the grace of ten minutes),
# and changes reach every search index; both loops end with the server.
run: site
	@$(MANAGE) run_due --every 30 & clock=$$!; \
	$(MANAGE) search_worker & worker=$$!; \
	trap 'kill $$clock $$worker 2>/dev/null' EXIT; trap 'exit 130' INT TERM; \
	$(MANAGE) runserver 127.0.0.1:$(PORT)

# The servers start while the browser and the libraries are installed; those that ran before stay.
test: environment $(TRANSLATIONS)
	@$(BIN)/python -m marketplace.setup.with_servers --meanwhile "$(MAKE) --no-print-directory browser booklet-libraries" -- \
		$(BIN)/python -m pytest --numprocesses $(PROCESSES) --dist worksteal $(ARGS)

# Nothing but Python is needed for these: no environment.
elasticsearch elasticsearch-cluster:
	@$(PYTHON) -m marketplace.setup.elasticsearch start $(if $(findstring cluster,$@),--cluster)

elasticsearch-stop elasticsearch-cluster-stop:
	@$(PYTHON) -m marketplace.setup.elasticsearch stop $(if $(findstring cluster,$@),--cluster)

postgresql:
	@$(PYTHON) -m marketplace.setup.postgresql start

postgresql-stop:
	@$(PYTHON) -m marketplace.setup.postgresql stop

browser:
	@bash marketplace/setup/install_browser.sh

booklet-libraries:
	@bash marketplace/setup/install_booklet_libraries.sh

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
	find . \( -path ./var -o -path ./.servers \) -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

# The same tests, with the site's own data on PostgreSQL.
.PHONY: test-postgresql
test-postgresql: export TEST_DATABASE := postgresql
test-postgresql: test

# Times and ratios for README's section on speed; the server is started if none runs.
.PHONY: bench
bench: environment $(TRANSLATIONS)
	@$(BIN)/python -m marketplace.setup.with_servers -- $(BIN)/python -m tests.bench $(ARGS)
