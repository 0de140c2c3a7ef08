# Two commands do all set-up on a bare machine (CPython 3.11+ and make): `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
JOBS ?= auto

.PHONY: demo report-template test check format lint types contract messages samples bench bench-nation clean

$(VENV)/.demo: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	touch $@

$(VENV)/.dev: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $@ $(VENV)/.demo

report-template: $(VENV)/.dev  ## templates/report/report.docx made anew
	$(BIN)/python tests/make_report_template.py

demo: $(VENV)/.demo  ## the whole round on the sample county, in ./demo
	rm -rf demo
	$(BIN)/nianbao demo demo

test: $(VENV)/.dev  ## every test; those against LibreOffice fail in CI where it is missing
	$(BIN)/python -m pytest -n $(JOBS)

check: format lint types contract test  ## what must hold before a commit

format: $(VENV)/.dev
	$(BIN)/ruff format --check src tests bench

lint: $(VENV)/.dev
	$(BIN)/ruff check src tests bench

types: $(VENV)/.dev
	$(BIN)/mypy

contract: $(VENV)/.dev
	$(BIN)/lint-imports

messages: $(VENV)/.dev  ## collect new messages into the English catalogue, and compile it
	mkdir -p .make
	$(BIN)/pybabel -q extract -k say -k mark --no-default-keywords --no-location -o .make/nianbao.pot src/nianbao
	$(BIN)/pybabel -q update -N --no-wrap --ignore-obsolete --ignore-pot-creation-date -l en -D nianbao -i .make/nianbao.pot -d src/nianbao/locale
	$(BIN)/pybabel -q compile -l en -D nianbao -d src/nianbao/locale

samples: $(VENV)/.dev  ## the sample round's ready-made returns, saved anew by LibreOffice
	$(BIN)/python tests/make_samples.py

bench: $(VENV)/.dev  ## speed side by side with what people write today, into bench/RESULTS.md
	$(BIN)/python -m bench.run

bench-nation: $(VENV)/.dev  ## the same for 40,000 units
	$(BIN)/python -m bench.run --nation

clean:
	rm -rf $(VENV) demo build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
