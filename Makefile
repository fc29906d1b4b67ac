# The commands of this project. `make` alone lists them.
SWIFT ?= swift
SWIFT_SOURCES := Sources Tests Plugins Benchmarks Package.swift $(wildcard sql/*.swift)
SCRIPTS := .ci/run $(wildcard scripts/*)

.DEFAULT_GOAL := help
.PHONY: help demo test lint build bench bench-peers check-engine check-api check-hostile tsan sanitize clean

help: ## list these commands
	@sed -n 's/^\([a-z-]*\):.* ## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

demo: ## one certified night on the sample city, from nothing
	@scripts/install-missing build run
	$(SWIFT) build -c release --product yaosu
	.build/release/yaosu demo

test: ## every test: Swift, then the database's own in pgTAP
	@scripts/install-missing build run test
	$(SWIFT) build --build-tests
	@# One target after the other: the engine's tests keep every core busy, and those of the database
	@# client have deadlines to meet.
	for target in PostgresTests AllocationTests DepartmentAPITests SystemTests MatchingTests; do \
	  $(SWIFT) test --skip-build --filter "^$$target\." || exit 1; done
	scripts/pgtap

lint: ## formatting and style of Swift and of the shell scripts
	$(SWIFT) format lint --strict --recursive --parallel $(SWIFT_SOURCES)
	@if command -v shellcheck >/dev/null; then set -x; shellcheck $(SCRIPTS); \
	else echo "shellcheck is not installed: the scripts were not checked" >&2; fi

build: ## debug build of everything, tests included
	@scripts/install-missing build
	$(SWIFT) build --build-tests

bench: ## speed, as ratios to peers measured in the same run
	@scripts/install-missing build run
	scripts/bench

bench-peers: ## install the peers that the engine is measured against, in .build-peers
	scripts/install-peers

check-engine: ## the engine against brute force, damaged files, and itself in another build
	@scripts/install-missing build
	scripts/check-engine

check-api: ## the HTTP API against schemathesis and a generated client, on the sample city
	@scripts/install-missing build run check
	scripts/check-client
	scripts/check-api

check-hostile: ## 100,000 hostile requests against the release build
	@scripts/install-missing build run
	scripts/check-hostile

sanitize: ## the HTTP service under ThreadSanitizer and AddressSanitizer
	@scripts/install-missing build run
	scripts/check-sanitizers

tsan: ## the client's pool, cancellation, transactions and LISTEN under ThreadSanitizer
	@scripts/install-missing build run
	YAOSU_CORE=1 SWIFT_BACKTRACE=enable=no TSAN_OPTIONS=suppressions=$(CURDIR)/Tests/tsan.supp \
	  $(SWIFT) test --sanitize=thread --scratch-path .build-tsan \
	  --filter 'PostgresTests.(Pool|Executor|Cancellation|Transaction|Pipeline|Listen)Tests'

clean: ## remove every build folder
	rm -rf .build .build-*
