# The two commands of this project: `make run` and `make test`. Both set up all they need.
.PHONY: help run test quick threats lint format bench faults attack audit clean screenshot
.NOTPARALLEL:  # both set-ups install into one environment

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
IN_VENV := $(BIN)/python -m
PIP := $(IN_VENV) pip install --quiet --disable-pip-version-check --constraint constraints.txt

help:
	@echo "make run         запустить бота (в первый раз всё установится само)"
	@echo "make test        линтер, типы и все тесты"
	@echo "make quick       две минуты: линтер, типы и больше половины тестов, на SQLite"
	@echo "make lint        только линтер и типы"
	@echo "make format      привести код к принятому виду"
	@echo "make bench       все измерения; одно: make bench only=push_latency"
	@echo "make faults      все поломки подробно, около часа; таблица в docs/faults.md"
	@echo "make attack      час под нападением; короче: make attack minutes=4; таблица в docs/attack.md"
	@echo "make threats     проверки из таблицы угроз (docs/threats.md)"
	@echo "make screenshot  снять картинку для README.md заново"
	@echo "make audit       известные уязвимости в используемых библиотеках (нужна сеть)"
	@echo "make clean       удалить установленное; данные в data/ остаются"

run: $(VENV)/.ready-run
	@$(IN_VENV) bot

test: lint $(VENV)/.ready-axe
	$(IN_VENV) pytest --numprocesses auto

quick: lint
	$(IN_VENV) pytest --quick --numprocesses auto

lint: $(VENV)/.ready-test
	$(IN_VENV) ruff check .
	$(IN_VENV) ruff format --check .
	$(BIN)/codespell
	$(IN_VENV) mypy

format: $(VENV)/.ready-test
	$(IN_VENV) ruff check --fix .
	$(IN_VENV) ruff format .

threats: $(VENV)/.ready-test  # the tests that docs/threats.md names
	$(IN_VENV) tests.support.threats

bench: $(VENV)/.ready-test
	$(IN_VENV) benchmarks $(only)

FAULTS := tests/faults tests/program/test_replicas.py tests/rules/test_fuzz_events.py $(wildcard tests/conversations/appeals/test_lifecycle_model.py)
faults: $(VENV)/.ready-test
	@rm -f build/faults.jsonl
	MCU_FAULTS=long $(IN_VENV) pytest --numprocesses auto $(FAULTS); \
		status=$$?; $(IN_VENV) tests.faults.record && exit $$status

attack: $(VENV)/.ready-test
	MCU_ATTACK_MINUTES="$(minutes)" $(IN_VENV) tests.attack

audit: $(BIN)/python
	@test -x $(VENV)/audit/bin/pip-audit || { "$(PYTHON)" -m venv $(VENV)/audit \
		&& $(VENV)/audit/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt pip-audit; }
	@$(VENV)/audit/bin/pip-audit --strict --requirement constraints.txt --no-deps --disable-pip \
		|| { echo "Если выше таблица с ID и Fix Versions — это находки: обновите названное в constraints.txt." >&2; \
		echo "Если там ошибка соединения — базу уязвимостей не удалось спросить, и ничего не проверено: запустите make audit на машине с доступом в интернет (через посредника: HTTPS_PROXY=...)." >&2; exit 1; }

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info

$(BIN)/python:
	@command -v "$(PYTHON)" >/dev/null \
		|| { echo "Нет $(PYTHON). Установите Python 3.11 или новее или укажите его: make run PYTHON=..." >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Нужен Python 3.11 или новее, а это $$("$(PYTHON)" --version). Укажите другой: make run PYTHON=..." >&2; exit 1; }
	@"$(PYTHON)" -m venv $(VENV) \
		|| { rm -rf $(VENV); echo "Не получилось создать окружение. В Debian и Ubuntu: sudo apt install python3-venv" >&2; exit 1; }

$(VENV)/.ready-run: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Устанавливаем mcu-bot (один раз, около минуты) ..."
	@$(PIP) --editable .
	@touch $@

AXE := tests/channels/web/browser/axe
$(VENV)/.ready-axe: $(AXE)/package-lock.json | $(BIN)/python
	@mkdir -p $(VENV)/axe && cp $(AXE)/package.json $(AXE)/package-lock.json $(VENV)/axe/
	@{ command -v npm >/dev/null && cd $(VENV)/axe && npm ci --silent --ignore-scripts --no-audit --no-fund; } \
		|| { rm -rf $(VENV)/axe; echo "Нет npm или его сети: страницы проверим без axe-core."; }
	@if [ -d $(VENV)/axe ]; then touch $@; fi

$(VENV)/.ready-test: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Устанавливаем mcu-bot и средства проверки (один раз, около минуты) ..."
	@$(PIP) --editable ".[dev]"
	@touch $@ $(VENV)/.ready-run

screenshot: $(VENV)/.ready-test  # the picture of README.md
	$(BIN)/python docs/images/make_screenshot.py
