# The commands of the project. Each target is one call of the program `ehandel`, which serves people without make.
#
# What the user writes after make (KOMMUNE=…) reaches the program through the environment and never becomes shell
# text or make text: $(value …) takes it unexpanded, and the override keeps make from expanding it on the way out.
# A variable that the user's shell happens to have under the same name (DATA, say) is none of ours.

paa_linjen = $(filter command,$(firstword $(origin $(1))))
givet = $(if $(paa_linjen),$(value $(1)))

fremmede := $(foreach v,$(.VARIABLES),$(if $(call paa_linjen,$v),$v))
fremmede := $(filter-out KOMMUNE AAR DATA UD MAPPE FORSLAG DYBDE SIDEN REGION LISTE ENHED,$(fremmede))
$(foreach v,$(fremmede),$(eval unexport $v))

override KOMMUNE := $(call givet,KOMMUNE)
override AAR := $(call givet,AAR)
override DATA := $(call givet,DATA)
override UD := $(call givet,UD)
override MAPPE := $(call givet,MAPPE)
override FORSLAG := $(call givet,FORSLAG)
override DYBDE := $(call givet,DYBDE)
override SIDEN := $(call givet,SIDEN)
override REGION := $(call givet,REGION)
override LISTE := $(call givet,LISTE)
override ENHED := $(call givet,ENHED)
unexport KOMMUNE AAR DATA UD MAPPE FORSLAG DYBDE SIDEN REGION LISTE ENHED
export EHANDEL_KOMMUNE := $(value KOMMUNE)
export EHANDEL_AAR := $(value AAR)
export EHANDEL_DATA := $(value DATA)
export EHANDEL_UD := $(value UD)
export EHANDEL_MAPPE := $(value MAPPE)
export EHANDEL_FORSLAG := $(value FORSLAG)
export EHANDEL_DYBDE := $(value DYBDE)
export EHANDEL_SIDEN := $(value SIDEN)
export EHANDEL_REGION := $(value REGION)
export EHANDEL_LISTE := $(value LISTE)
export EHANDEL_ENHED := $(value ENHED)
export EHANDEL_FREMMEDE := $(fremmede)
export EHANDEL_MAAL := $(value MAKECMDGOALS)

SHELL := /bin/sh
.DEFAULT_GOAL := help
maal := help report reports enhedsark demo ny-kilde ordrenumre lab miljoe test test-langsom test-browser test-lab test-klynge bench-ubl bench-data bench-batch lint format lock clean

# An active conda environment or virtualenv named ehandel is used as it is; otherwise .venv is made from the lock file.
# Every target that needs it asks first whether it is as it should be: a moment, and it mends itself where Python
# was upgraded, the folder was moved or the lock file changed.
ifneq ($(filter ehandel,$(CONDA_DEFAULT_ENV) $(notdir $(VIRTUAL_ENV))),)
python := python
miljoe :=
else
python := .venv/bin/python
miljoe := miljoe
endif
ehandel := $(python) -m ehandel_lib.cli

laas := --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command "make lock" --quiet

# Runs environment.py with the environment's own Python or the first other one that starts and is new enough.
define med_python
@proev() { if "$$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	then exec "$$1" -I ehandel_lib/run/environment.py $(1); fi; }; \
	proev .venv/bin/python; proev python3; \
	IFS=:; for mappe in $$PATH; do for p in "$$mappe"/python3.[1-9][0-9]; do proev "$$p"; done; done; \
	proev python; \
	echo 'Der mangler Python 3.11 eller nyere på denne maskine (kommandoen python3).' >&2; exit 2
endef

ifneq ($(strip $(fremmede) $(filter-out $(maal),$(MAKECMDGOALS))),)

# A misspelt variable or target: one sentence, and nothing runs.
.DEFAULT help:
	$(call med_python,fejl)

else

.PHONY: $(maal)

help: ## Vis denne oversigt
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo '  Eksempel: make report KOMMUNE=Vejle AAR=2025 DATA=data/min-leverance UD=reports'

report: $(miljoe) ## Lav rapporten for KOMMUNE= (valgfrit: AAR=, DATA= leverancens mappe, UD= mappe til resultatet, DYBDE=fuld, SIDEN= tidligere rapport)
	@$(ehandel) rapport

reports: $(miljoe) ## Lav rapporterne for alle kommuner, kun dem der er ændret (valgfrit: KOMMUNE="Vejle Ærø", REGION=, LISTE= fil, AAR=, DATA=, UD=, DYBDE=)
	@$(ehandel) rapporter

enhedsark: $(miljoe) ## Lav en side til hver enhed i KOMMUNE= (valgfrit: ENHED= navn eller id, AAR=, DATA=, UD=)
	@$(ehandel) enhedsark

demo: $(miljoe) ## Lav demodata for alle kommuner i data/demo
	@$(ehandel) demo

ny-kilde: $(miljoe) ## Skriv et udkast til kilde.toml for leverancen i MAPPE=
	@$(ehandel) ny-kilde

ordrenumre: $(miljoe) ## Vis ordrenumrenes former i leverancen i MAPPE= (valgfrit: FORSLAG= et mønster at prøve)
	@$(ehandel) ordrenumre

lab: $(miljoe) ## Åbn notebookerne i JupyterLab
	@$(ehandel) lab

miljoe: ## Lav Python-miljøet .venv, og ikke andet
	$(if $(miljoe),$(call med_python,lav),@:)

test: $(miljoe) ## Kør alle test
	@$(python) -m pytest -n 2 -m 'not langsom and not klynge and not lab'

test-langsom: $(miljoe) ## Kør de test, der tager minutter eller kræver særligt udstyr
	@$(python) -m pytest -n 2 -m langsom

test-browser: $(miljoe) ## Kør de test, der åbner rapportens side i Chromium (programmet chromium skal være installeret)
	@$(python) -m pip install --quiet --require-hashes --requirement requirements-browser.lock
	@$(python) -m pytest -m browser -rs

test-lab: $(miljoe) ## Kør de test, der bruger JupyterLab i Chromium, som en analytiker gør
	@$(python) -m pip install --quiet --require-hashes --requirement requirements-browser.lock
	@$(python) -m pytest -m lab -rs tests/test_lab.py

test-klynge: $(miljoe) ## Kør de test, der starter en Spark-klynge på denne maskine (Java 17 skal være installeret)
	@$(python) -m pip install --quiet --require-hashes --requirement requirements-spark.lock
	@$(python) -m pytest -m klynge -rs tests/test_klynge.py tests/test_motorer.py

bench-ubl: $(miljoe) ## Mål læsningen af e-fakturaer mod en almindelig løkke i samme kørsel
	@$(python) benchmarks/bench_ubl.py

bench-data: $(miljoe) ## Mål vejen fra rå filer til kube ved 1, 5 og 20 mio. rækker mod pandas (en halv time, 8 GB disk)
	@$(python) benchmarks/bench_data.py --billede docs/ydelse.svg

bench-batch: $(miljoe) ## Mål 1, 10 og 98 rapporter mod papermill og nbconvert og mod et bart script i samme kørsel (et kvarter)
	@$(python) benchmarks/bench_batch.py --billede docs/ydelse-rapporter.svg

lint: $(miljoe) ## Se koden efter: stil og typer
	@$(python) -m ruff check .
	@$(python) -m ruff format --check .
	@$(python) -m mypy

format: $(miljoe) ## Sæt koden op
	@$(python) -m ruff check --fix .
	@$(python) -m ruff format .

lock: ## Skriv låsefilerne igen ud fra pyproject.toml (kræver programmet uv)
	@command -v uv >/dev/null || { echo 'Programmet uv mangler; installer det med: pip install uv' >&2; exit 2; }
	@uv pip compile pyproject.toml --extra test $(laas) --output-file requirements.lock
	@uv pip compile --group pyproject.toml:browser --constraint requirements.lock $(laas) \
		--output-file requirements-browser.lock
	@uv pip compile --group pyproject.toml:spark --constraint requirements.lock $(laas) \
		--output-file requirements-spark.lock
	@uv pip compile --group pyproject.toml:snakemake --constraint requirements.lock $(laas) \
		--output-file requirements-snakemake.lock

clean: ## Slet demodata, klargjorte data og mellemfiler (rapporter og miljø bliver)
	@rm -rf data/demo data/klar .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find ehandel_lib tests -name __pycache__ -type d -prune -exec rm -rf {} +

endif
