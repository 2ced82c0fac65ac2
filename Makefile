# Thin on purpose: what is done stands in eng/*.sh and in the runner.
CATEGORY ?=
COVERAGE ?=
DEPTH ?=
NAME ?=
SEED ?= 1
SECONDS ?= 60
SOAK ?= 300

.PHONY: help staging staging-down lab lab-down logs build test bench fuzz soak load-gate

help: ## this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|'

staging: ## build, deploy, prove, promote; then a broken release and its rollback
	@bash eng/staging.sh

staging-down: ## stop and remove everything `make staging` started
	@bash eng/staging.sh down

lab: ## staging hosts, jump host, registry, receivers of mail and webhooks, at 127.0.0.1: what deployments over SSH are tried on
	@bash eng/lab.sh

lab-down: ## remove everything `make lab` made
	@bash eng/lab.sh down

logs: ## follow the services of the staging environment
	@bash eng/staging.sh logs

build: ## build the images (or the published builds, without a Docker engine)
	@bash eng/staging.sh build

test: ## every test this machine can run; CATEGORY=CrossService for one suite, DEPTH=full for each scenario on each target
	@COVERAGE=$(COVERAGE) DEPTH=$(DEPTH) bash eng/test.sh $(CATEGORY)

bench: ## the measurements; NAME=first-light, testkit, load, load-servers or release for one set, NAME=queue for parcels over 20 deployments and rollbacks
	@bash eng/bench.sh $(NAME)

fuzz: ## mutated result files: no crash, no hang, no false green; SEED=7 SECONDS=300
	@bash eng/fuzz.sh $(SEED) $(SECONDS)

soak: ## five minutes of steady load: memory slope and connections; SOAK=600 for ten
	@bash eng/soak.sh $(SOAK)

load-gate: ## a load run as a gate: a slow release of the sample is refused, with the reason in one line
	@bash eng/load-gate.sh
