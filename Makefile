# The only door: everything one can do here is a target of this file. `make help` lists them.

# Where `make install` puts the command; the extension goes into the PostgreSQL of PG_CONFIG.
PREFIX ?= /usr/local
PG_CONFIG ?= pg_config
DESTDIR ?=

# The PostgreSQL that tests, demo and bench run on.
PG_VERSION := 15
PG_VERSIONS ?= $(PG_VERSION)
export PG_VERSIONS
PG_BINDIR ?= /usr/lib/postgresql/$(PG_VERSION)/bin
export PG_BINDIR

SWIFT ?= swift
BUILD_FLAGS ?= -c release --static-swift-stdlib
AUTOCTL := .build/release/pg_autoctl
SIMULATE := .build/release/simulate
PAGES := .build/pages
SWIFT_FILES := Package.swift Sources Tests

export PG_AUTOCTL ?= $(CURDIR)/$(AUTOCTL)

.DEFAULT_GOAL := help

##@ First
.PHONY: help
help: ## This list
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@/ { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@printf '\nVariables: PREFIX=%s PG_CONFIG=%s DESTDIR=%s KEEP=1 (demo)\n' \
		'$(PREFIX)' '$(PG_CONFIG)' '$(DESTDIR)'

.PHONY: deps
deps: ## Install from Debian what is missing, or say what to install
	@scripts/deps

.PHONY: build
build: build-command build-pages build-extension ## Build pg_autoctl, its manual pages and completions, and the extension

.PHONY: build-command
build-command:
	$(SWIFT) build $(BUILD_FLAGS) --product pg_autoctl

.PHONY: build-pages
build-pages: build-command
	$(SWIFT) build $(BUILD_FLAGS) --product generate-manual
	scripts/pages $(AUTOCTL) .build/release/generate-manual $(PAGES)

.PHONY: build-extension
build-extension:
	$(MAKE) -C extension PG_CONFIG='$(PG_BINDIR)/pg_config'

.PHONY: demo
demo: deps build ## A monitor, two nodes, a failover and a return, on this machine (KEEP=1 leaves it running)
	@scripts/demo

##@ Install
.PHONY: install
install: install-command install-extension ## Install what was built: PREFIX/bin, PREFIX/share and the PostgreSQL of PG_CONFIG; honours DESTDIR

.PHONY: install-command
install-command:
	@test -x $(AUTOCTL) -a -d $(PAGES) || { echo 'There is no $(AUTOCTL) to install, or no pages of it. Build it first: make build' >&2; exit 1; }
	install -d '$(DESTDIR)$(PREFIX)/bin'
	install -m 755 $(AUTOCTL) '$(DESTDIR)$(PREFIX)/bin/pg_autoctl'
	cp -r --no-preserve=ownership $(PAGES)/. '$(DESTDIR)$(PREFIX)'

.PHONY: install-extension
install-extension:
	$(MAKE) -C extension install PG_CONFIG='$(PG_CONFIG)' DESTDIR='$(DESTDIR)'

.PHONY: deb
deb: deps build ## Debian packages of the command and, for each of PG_VERSIONS, of the extension, into .build/deb
	@scripts/deb .build/deb

.PHONY: install-for-tests
install-for-tests: build-extension
	@echo 'Installing the extension into the PostgreSQL of $(PG_BINDIR): the tests run on it.'
	@scripts/as-root $(MAKE) -C extension install PG_CONFIG='$(PG_BINDIR)/pg_config'
	@scripts/as-root install -m 644 Tests/monitor/versions/*.sql "$$($(PG_BINDIR)/pg_config --sharedir)/extension/"

##@ Test
.PHONY: test
test: deps build install-for-tests ## All tests; the last line counts them
	@scripts/test unit sql worker scenarios simulation e2e chaos postgresql-18 deb

.PHONY: test-unit
test-unit: ## Unit tests in Swift
	$(SWIFT) test --skip '^EndToEndTests\.'

.PHONY: test-sql
test-sql: ## The monitor's SQL: regression tests and isolation specs
	scripts/test-sql

.PHONY: test-worker
test-worker: ## The health worker's C
	$(MAKE) -C Tests/worker test PG_CONFIG='$(PG_BINDIR)/pg_config'

.PHONY: test-e2e
test-e2e: ## Real servers on virtual hosts: failovers, cut links, full disks (needs root)
	@test -x $(AUTOCTL) || { echo 'There is no $(AUTOCTL) to test. Build it first: make build' >&2; exit 1; }
	$(SWIFT) test --filter '^EndToEndTests\.'

.PHONY: build-chaos
build-chaos:
	@$(SWIFT) build $(BUILD_FLAGS) --product chaos-client
	@$(SWIFT) build $(BUILD_FLAGS) --product writer
	@$(SWIFT) build $(BUILD_FLAGS) --product chaos
	@$(CC) -O2 -Wall -Wextra -Werror -shared -fPIC -o .build/release/bad_disk.so Sources/chaos-faults/bad_disk.c
	@$(CC) -O2 -Wall -Wextra -Werror -o .build/release/slow_link Sources/chaos-faults/slow_link.c

.PHONY: test-chaos
test-chaos: build-chaos ## The fault laboratory: a short fixed choice, and what is broken on purpose (needs root)
	@scripts/test-chaos .build/release/chaos

.PHONY: chaos
chaos: deps build install-for-tests build-chaos ## The fault laboratory: SEED=1 MINUTES=10 NODES=3 (FILE= for figures, NAMES= for some faults, TURNS=1 for each once)
	@scripts/as-root .build/release/chaos $(or $(SEED),1) $(or $(MINUTES),10) $(or $(NODES),3) $(FILE)

.PHONY: test-postgresql-18
test-postgresql-18: ## The guide's tour on PostgreSQL 18, fetched from PyPI (needs root)
	@scripts/test-postgresql-18

.PHONY: test-deb
test-deb: ## The Debian packages, in a clean root (needs root and a mirror)
	@scripts/test-deb

.PHONY: build-simulate
build-simulate:
	@$(SWIFT) build $(BUILD_FLAGS) --product simulate

.PHONY: simulate
simulate: build-simulate ## SEED=n tells a bad day, SEEDS=a..b sums many up (NODES=, JOBS=, OPTIONS=; after install-for-tests)
	@$(SIMULATE) $(if $(SEED),--seed $(SEED),--seeds $(or $(SEEDS),1..100) --jobs $(or $(JOBS),2)) \
		$(if $(NODES),--nodes $(NODES)) $(OPTIONS)

.PHONY: test-scenarios
test-scenarios: build-simulate ## Scenarios: several keepers, the monitor's SQL, virtual time
	$(SIMULATE) scenarios Tests/scenarios/*.txt

.PHONY: test-simulation
test-simulation: build-simulate ## Fixed seeds of the simulation, and faults of our own that they must find
	$(SIMULATE) --seeds 1..200 --jobs 2
	SEEDS=150 scripts/seeded-faults silence-is-health timeline-ignored behind-is-elected no-lock quorum-off-by-one

.PHONY: update-scenarios
update-scenarios: build-simulate ## Write the scenarios' stories anew: read the difference
	$(SIMULATE) scenarios --update Tests/scenarios/*.txt

.PHONY: seeded-faults
seeded-faults: build-simulate ## Does the simulation find each fault that is put into our own logic? (takes long)
	@scripts/seeded-faults

.PHONY: build-fuzz
build-fuzz:
	FUZZ=1 $(SWIFT) build -c release --product fuzz --scratch-path .build/fuzz \
		--sanitize=fuzzer --sanitize=address -Xswiftc -sanitize=fuzzer,address -Xswiftc -enable-testing

.PHONY: fuzz
fuzz: build-fuzz ## Random input for each parser, SECONDS=60 each (PARSER='configuration position' for some)
	@scripts/fuzz $(or $(SECONDS),60) $(PARSER)

.PHONY: test-sanitizers
test-sanitizers: ## Unit tests with the address and the thread sanitizer, the health worker's C with them and in valgrind (takes long)
	LSAN_OPTIONS=suppressions=$(CURDIR)/Tests/known-leaks \
	$(SWIFT) test --sanitize=address --scratch-path .build/address --no-parallel --skip '^EndToEndTests\.'
	TSAN_OPTIONS=suppressions=$(CURDIR)/Tests/known-races \
	$(SWIFT) test --sanitize=thread --scratch-path .build/thread --no-parallel --skip '^EndToEndTests\.'
	$(MAKE) -C Tests/worker test PG_CONFIG='$(PG_BINDIR)/pg_config'
	scripts/test-worker-valgrind '$(PG_BINDIR)'

.PHONY: manual
manual: ## Write the generated pages of the manual, and the expected answers of the SQL tests, anew: read the difference
	UPDATE_MANUAL=1 $(SWIFT) test --filter ManualTests
	scripts/test-sql --update

.PHONY: check
check: lint ## Before each commit: lint, unit and SQL tests
	@scripts/test unit sql worker scenarios simulation

.PHONY: bench
bench: ## All figures: bench-faults, the monitor and its health worker, a thousand keepers, the size of one
	@rm -f .build/bench.jsonl
	@$(MAKE) --no-print-directory bench-faults
	@$(SWIFT) build $(BUILD_FLAGS) --product bench-scale
	@$(SWIFT) build $(BUILD_FLAGS) --product hasty-keeper
	@scripts/bench .build/bench.jsonl
	@echo "The same as lines of JSON: .build/bench.jsonl"

.PHONY: bench-faults
bench-faults: deps build install-for-tests ## What faults cost clients, TIMES=3 each (NAMES='switchover killed' for some of them, TIMEOUT=5s for another node_considered_unhealthy_timeout)
	@$(SWIFT) build $(BUILD_FLAGS) --product writer
	@$(SWIFT) build $(BUILD_FLAGS) --product bench-faults
	@scripts/as-root .build/release/bench-faults $(or $(TIMES),3) .build/bench.jsonl $(NAMES)

.PHONY: bench-calm
bench-calm: deps build install-for-tests ## What is no reason to fail over, for MINUTES=15 each (NAMES='cpu loss freezes monitor link disk clocks', TIMEOUT=5s)
	@$(SWIFT) build $(BUILD_FLAGS) --product writer
	@$(SWIFT) build $(BUILD_FLAGS) --product bench-calm
	@scripts/as-root .build/release/bench-calm $(or $(MINUTES),15) $(NAMES)

##@ Sources
.PHONY: format
format: ## Format the Swift sources
	$(SWIFT) format --in-place --parallel --recursive $(SWIFT_FILES)

.PHONY: lint
lint: ## Look for what breaks our style
	$(SWIFT) format lint --strict --parallel --recursive $(SWIFT_FILES)
	@for script in $(filter-out %.sql,$(wildcard scripts/* Tests/monitor/scripts/*)) .ci/run; do bash -n "$$script" || exit 1; done

.PHONY: clean
clean: ## Remove everything that was built
	rm -rf .build
	-$(MAKE) -C extension clean PG_CONFIG='$(PG_BINDIR)/pg_config'
