# From One Neuron. `make lab` opens the course, `make test` proves it; `make help` lists the rest.
# Needs GNU make 3.81 or newer and Python 3.11 or newer. Windows without make: see README.md.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
LESSONS := $(PY) tools/lessons.py
# Options for the command behind a target: make lab ARGS="--no-browser --port=8899"
ARGS ?=

# Two test processes are as many as the lessons' memory budget is meant for. Each keeps to one
# BLAS thread: two processes with a thread per core each would fight over the same cores. What Python
# compiles is kept, whatever the machine is set to: each process would take seconds to do it again.
PYTEST := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 VECLIB_MAXIMUM_THREADS=1 \
	PYTHONDONTWRITEBYTECODE= $(PY) -m pytest
TWO := -n auto --maxprocesses=2
# The cells of a notebook stay in one process, where their kernel is, and what takes longest comes
# first: tests/conftest.py gives the order.
BY_FILE := $(TWO) --dist loadscope --no-loadscope-reorder

# `make slides PATH=90` means minutes. PATH is also where every command is found, and make would hand
# the 90 on: commands get back the one that make was started with. Make before 4.4 gives its
# functions that one; later ones give theirs what was said, so Linux is asked for it.
MINUTES := 45
ifeq ($(origin PATH),command line)
MINUTES := $(PATH)
GIVEN := PATH=/usr/bin:/bin; tr '\0' '\n' < /proc/$$PPID/environ | sed -n 's/^PATH=//p'
override PATH := $(or $(shell { $(GIVEN); } 2> /dev/null),$(shell echo "$$PATH"))
endif

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help lab quick lesson test cover test-long browser run notebooks fresh usb lint bench bench-torch bench-demos bench-hub bench-scale bench-slides bench-sprint bench-doctor bench-compare curves bench-grade bench-photographs bench-verdicts records claims mutants mutants-checks student site lite slides pdf editions lock clean whole

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' Makefile | awk -F'|' '{printf "  make %-14s %s\n", $$1, $$2}'

lab: $(VENV)/.lab ## open the course in JupyterLab (ARGS="--no-browser --port=8899")
	@$(LESSONS) lab $(ARGS)

# What needs npm is tested where there is npm.
NPM := $(shell command -v npm)
PRESS_TOO := $(if $(NPM),$(VENV)/.press)
HUB_TOO := $(if $(NPM),$(VENV)/.hub)

quick: $(VENV)/.test lint ## the engine and the exercises, in about a minute
	$(PYTEST) -m "not slow and not long" $(TWO) --dist worksteal tests/core tests/teach $(ARGS)

lesson: $(VENV)/.test ## run one lesson, store its outputs and prove it (make lesson NB=02)
	@$(LESSONS) prove "$(NB)"

test: $(VENV)/.test $(PRESS_TOO) lint ## everything but the long tests, lessons included (6 minutes)
	$(PYTEST) -m "not long" $(BY_FILE) $(ARGS)

cover: $(VENV)/.test ## what the core's own tests reach of it: 95 % of the branches, or it fails
	$(PYTEST) tests/core -m "not long" $(TWO) --cov

test-long: cover $(VENV)/.test $(PRESS_TOO) $(HUB_TOO) ## published results, pages and demos (some 35 minutes)
	$(PYTEST) -m "long and not whole" $(BY_FILE) tests --durations=20 $(addprefix --ignore=,$(MANY_TRAININGS)) $(ARGS)

whole: $(VENV)/.test $(PRESS_TOO) ## every lesson on one core, every handout and page: what test-long samples
	$(PYTEST) -m whole $(BY_FILE) tests --durations=20 $(ARGS)

# Five networks for each sentence of lessons 3, 4 and 5: a sample of the claims is in `test-long`.
MANY_TRAININGS := $(addprefix tests/core/test_claims_,softmax.py interpretation.py mini_batch_lab.py)
claims: $(VENV)/.test ## compute again what the lessons claim, on several seeds (a quarter of an hour)
	$(PYTEST) -m long $(BY_FILE) tests/core/test_claims_*.py --durations=20 $(ARGS)

browser: $(VENV)/.test ## install a browser for tests and handouts, unless one is there
	@$(PY) tools/chromium.py

run: $(VENV)/.lab ## run every lesson without a window; time and memory beside the budget
	@$(LESSONS) run $(ARGS)

notebooks: $(VENV)/.lab ## run the lessons in notebooks/ and store their outputs (real data only)
	@$(LESSONS) execute $(ARGS)

fresh: $(VENV)/.lab ## copy one lesson again, your old file is kept (make fresh NB=02)
	@$(LESSONS) fresh "$(NB)"

usb: $(VENV)/.lab ## classroom kit for rooms without network (make usb DIR=/media/stick)
	@test -n "$(DIR)" || { echo "Where to? Say for example: make usb DIR=/media/stick" \
	  'PLATFORMS="linux windows macos-arm macos-intel" PYTHONS="3.12 3.13"'; exit 1; }
	@$(PY) tools/stick/usb.py "$(DIR)" $(if $(PLATFORMS),--platforms $(PLATFORMS)) \
	  $(if $(PYTHONS),--pythons $(PYTHONS)) $(ARGS)

lint: $(VENV)/.test ## ruff, for code and notebooks
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

bench: $(VENV)/.lab ## how fast the engine trains beside its peers (ARGS="--save")
	@$(PY) benchmarks/bench_training.py $(ARGS)

# PyTorch's own index has it for the CPU alone; the general one brings gigabytes for graphics cards.
bench-torch: $(VENV)/.lab ## the same with PyTorch among the peers (installs it into .venv)
	@$(PY) -c "import torch" 2>/dev/null || \
	  $(PY) -m pip install --quiet torch --index-url https://download.pytorch.org/whl/cpu || \
	  $(PY) -m pip install --quiet torch
	@$(PY) benchmarks/bench_training.py $(ARGS)

bench-sprint: $(VENV)/.lab ## seconds to 98 % of MNIST, beside peers (ARGS="--choose", or "--save")
	@$(PY) benchmarks/bench_sprint.py $(ARGS)

bench-doctor: $(VENV)/.lab ## which faults the doctor names, and what it confuses (ARGS="--save", "--kept FILE" to go on after a break; ten minutes)
	@$(PY) benchmarks/bench_doctor.py $(ARGS)

bench-compare: $(VENV)/.lab ## whether `compare` tells right curves from wrong ones (ARGS="--save"; five minutes)
	@$(PY) benchmarks/bench_compare.py $(ARGS)

curves: $(VENV)/.lab ## train the bands that `compare` draws a run over (ARGS="NAME" for some of them; twenty minutes)
	@$(PY) benchmarks/bench_compare.py --curves $(ARGS)

bench-scale: $(VENV)/.lab ## time and memory of an epoch up to eight times MNIST (ARGS="--save")
	@$(PY) benchmarks/bench_scale.py $(ARGS)

records: $(VENV)/.lab ## the best of one hidden layer, five seeds each (half an hour on two cores)
	@$(PY) benchmarks/bench_records.py $(ARGS)

bench-grade: $(VENV)/.test ## a class of 1,000, the grader killed half way (ARGS="--save", "--dask")
	@$(PY) benchmarks/bench_grade.py $(ARGS)

bench-verdicts: $(VENV)/.press ## checks of all known answers in Pyodide, beside those here (ARGS="--save"; half an hour)
	@$(PY) benchmarks/bench_verdicts.py $(ARGS)

mutants: $(VENV)/.test ## alter constants of the lessons, name what no test notices (ARGS="--save"; half an hour)
	@$(PY) benchmarks/mutate_lessons.py $(ARGS)

bench-photographs: $(VENV)/.test ## how many photographs of digits are named rightly, whatever is in them (ARGS="--save"; twenty minutes)
	@$(PY) benchmarks/bench_photographs.py $(ARGS)

student: $(VENV)/.test ## a simulated student works through all lessons in JupyterLab (ARGS="--save"; half an hour)
	@$(PY) benchmarks/bench_student.py $(ARGS)

mutants-checks: $(VENV)/.test ## alter the exercises' checks, name what no test notices (ARGS="--save")
	@$(PY) benchmarks/mutate_checks.py $(ARGS)

bench-demos: $(VENV)/.test ## how fast the demos answer, in a real browser, as a table
	@$(PY) benchmarks/bench_demos.py $(ARGS)

bench-slides: $(VENV)/.press ## axe on every slide of both paths, in two sizes (ARGS="--save"; a quarter of an hour)
	@$(PY) benchmarks/bench_slides.py $(ARGS)

bench-hub: $(VENV)/.hub ## a class on one JupyterHub: memory, failures, waiting (ARGS="40 --save")
	@$(PY) benchmarks/bench_hub.py $(ARGS)

# Everything that is made of the lessons goes to dist/.
PRESS = @PYTHONPATH=tools $(PY) -m press
# The site offers slides and handouts where they are, so it comes after them when asked for together.
site: $(VENV)/.press | $(filter slides pdf,$(MAKECMDGOALS)) ## a website of the course, to put on any server: dist/site
	$(PRESS) site

lite: $(VENV)/.press ## the lessons to run in a browser, part of the website: dist/site/lite
	$(PRESS) lite

slides: $(VENV)/.press $(if $(PRINT),browser) ## decks of slides: dist/slides (make slides NB=02 PATH=90 PRINT=1)
	$(PRESS) slides --lesson "$(NB)" --minutes $(MINUTES) $(if $(YOURS),--yours "$(YOURS)") $(if $(PRINT),--print)

pdf: $(VENV)/.press browser ## handouts and the whole course as a book: dist/pdf
	$(PRESS) pdf

editions: $(VENV)/.press ## student's and instructor's notebooks: dist/editions
	$(PRESS) editions

# What is locked stays as it is until you ask: make lock ARGS=--upgrade
# Left out is what every Jupyter server would load where it is there, to check a kind of address that no
# schema here has: more than half of the time to import JupyterLab, and 18 MB (results/hub.md).
COMPILE = $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-package rfc3987-syntax --no-emit-package lark \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" $(ARGS) \
	--extra data --extra science --extra lab pyproject.toml
# $(call ADD,extra,its lock,the locks below it,the way to the last of these): a line that asks for the
# lock below, then the packages that none of them has. One that they have for Windows alone, say,
# and that this extra needs everywhere, is among these.
define ADD
	$(COMPILE) --extra $(1) $(addprefix -c ,$(3)) -o $(2)
	{ echo "-r $(4)"; awk '/^[^ #]/ {new = !($$0 in below)} FILENAME != "$(2)" {below[$$0]; next} new' \
	  $(3) $(2); } > $(2).new
	mv $(2).new $(2)
endef
lock: $(PY) ## make the lock files again from pyproject.toml
	$(PY) -m pip install --quiet uv
	$(COMPILE) -o requirements.lock
	$(call ADD,test,tests/requirements.lock,requirements.lock,../requirements.lock)
	$(call ADD,press,tools/press/requirements.lock,requirements.lock tests/requirements.lock,../../tests/requirements.lock)
	$(call ADD,hub,benchmarks/requirements.lock,requirements.lock tests/requirements.lock tools/press/requirements.lock,../tools/press/requirements.lock)

clean: ## remove everything that can be made again, .venv too; my_notebooks/ stays
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis .coverage .coverage.*
	find . -name __pycache__ -prune -exec rm -rf {} +

# The stamps .lab and .test are younger than the lock they were installed from, so that a second
# run installs nothing. --no-deps: the locks are complete; nothing else may slip in.
INSTALL = $(PY) -m pip install --quiet --disable-pip-version-check --no-deps

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "This course needs Python 3.11 or newer, and '$(PYTHON)' is not one." \
	    "Name another: make lab PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { \
	  echo "'$(PYTHON)' comes without venv (Debian and Ubuntu: apt install python3-venv)."; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version) ..."
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/.lab: requirements.lock pyproject.toml | $(PY)
	@echo "Installing the locked packages (once; about a minute) ..."
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-index --no-build-isolation --editable .
	@touch $@

$(VENV)/.test: tests/requirements.lock $(VENV)/.lab
	@echo "Installing the locked test packages (once) ..."
	@$(INSTALL) --require-hashes -r tests/requirements.lock
	@touch $@

# MathJax and reveal.js come from npm. --ignore-scripts: what is installed is read, never run.
LABEXTENSIONS := $(VENV)/share/jupyter/labextensions
$(VENV)/.press: tools/press/requirements.lock tools/press/package-lock.json $(VENV)/.test
	@command -v npm > /dev/null || { echo "Slides, site and handouts need npm, which comes with" \
	  "Node.js (Debian and Ubuntu: apt install npm; others: nodejs.org)."; exit 1; }
	@echo "Installing what slides, site and handouts need (once) ..."
	@$(INSTALL) --require-hashes -r tools/press/requirements.lock
	@# JupyterLab would load the kernel of JupyterLite, too, and complain that its shell is another.
	@if [ -d $(LABEXTENSIONS)/@jupyterlite ]; then rm -rf $(VENV)/share/lite && mkdir -p $(VENV)/share/lite && \
	  mv $(LABEXTENSIONS)/@jupyterlite $(VENV)/share/lite/; fi
	@npm ci --prefix tools/press --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# JupyterHub for the benchmark alone, and its proxy, which npm has.
$(VENV)/.hub: benchmarks/requirements.lock benchmarks/package-lock.json $(VENV)/.press
	@echo "Installing JupyterHub and its proxy (once) ..."
	@$(INSTALL) --require-hashes -r benchmarks/requirements.lock
	@npm ci --prefix benchmarks --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@
