# make run     everything on a fresh machine: environment, servers, demo, web and worker (PORT=8000 DATA=var)
# make test    the environment with what tests need, a browser, then all tests (ARGS="-k words")
# make test-trainers  TRL's own trainers take two steps on our files (1.5 GB of packages, once, in .venv-trainers)
# make bench   the benchmarks, one JSON object a figure, ratios first (NAME=…)
# make lint    ruff and mypy
# make messages  what pages say, collected for translation and compiled (locale/)
# make install just the environment, .venv; nothing is fetched while the requirements are as they were

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PORT ?= 8000
OURS = .venv/bin/python
UP = $(OURS) manage.py up --port $(PORT) $(if $(DATA),--data $(DATA))
PIP = $(OURS) -m pip install --quiet --no-input --disable-pip-version-check

.PHONY: install install-tests run test test-trainers bench lint messages

install:
	@$(call keep,requirements.txt,product.txt)

install-tests: install
	@$(call keep,tests/requirements.txt,tests.txt)

run: install
	@$(UP) $(ARGS)

test: install-tests
	@$(OURS) -m tests.browser
	@$(OURS) -m tests $(ARGS)

test-trainers: install-tests
	@cmp -s tests/trainers/requirements.txt .venv-trainers/installed.txt || { \
		echo "installing what tests/trainers/requirements.txt lists into .venv-trainers"; \
		$(OURS) -m venv --clear .venv-trainers && \
		.venv-trainers/bin/python -m pip install --quiet --no-input --disable-pip-version-check \
			-r tests/trainers/requirements.txt && cp tests/trainers/requirements.txt .venv-trainers/installed.txt; }
	@$(OURS) -m pytest tests/trainers tests/datasets/test_trainers_loaders.py $(ARGS)

bench: install-tests
	@$(OURS) -m tests.benchmarks $(NAME)

messages: install-tests
	@$(OURS) -m tests.catalogue

lint: install-tests
	$(OURS) -m ruff check .
	$(OURS) -m ruff format --check .
	$(OURS) -m mypy

# Install the packages listed in $(1), unless the copy kept in the environment says that they are there.
define keep
if ! { $(OURS) -c '' && cmp -s $(1) .venv/$(2); } 2>/dev/null; then \
	if [ -z "$(PYTHON)" ]; then echo "make: Precept needs Python 3.11 or newer, and none was found. Set PYTHON=…" >&2; exit 1; fi; \
	echo "installing what $(1) lists into .venv"; \
	$(OURS) -c '' 2>/dev/null || $(PYTHON) -m venv --clear .venv || \
		{ echo "make: $(PYTHON) cannot make an environment (on Debian: apt-get install python3-venv)" >&2; exit 1; }; \
	$(PIP) -r $(1) && cp $(1) .venv/$(2); \
fi
endef
