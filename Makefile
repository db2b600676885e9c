# make demo and make test are the two commands of the README.
GO ?= go
BIN := bin/tickmark
FUZZTIME ?= 30s

.PHONY: build demo test slow lint fmt-check bench bench-large fuzz clean assets

build: assets
	$(GO) build -trimpath -o $(BIN) ./cmd/tickmark
	$(BIN) warm

demo: build
	$(BIN) demo --dir demo

test: assets
	$(GO) test -timeout 30m ./...

# What takes long: kills at every moment, seeds at size, a large file, ten
# thousand sequences of acts by people of every role. What `make test` runs is
# not run again.
slow: assets
	@GO="$(GO)" scripts/slow.sh

# Formatting, vet, and the linters of .golangci.yml at the pinned version.
lint: assets fmt-check
	$(GO) vet ./...
	$(GO) run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.6.2 run ./...

fmt-check:
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || (gofmt -l $$(git ls-files '*.go'); exit 1)

# Tickmark beside DuckDB, SQLite and PostgreSQL over ten million rows, 200 tests
# over an organization, and reading files in: tables for docs/performance.md.
# Each is a process of its own, so that none measures another's memory.
# It needs about 7 GB of disk, in TICKMARK_BENCH_DIR if that is set.
bench: assets
	$(GO) test -c -o bin/bench.test ./bench
	cd bench && ../bin/bench.test -test.run '^$$' -test.bench '^BenchmarkPeers$$' -test.benchtime 1x -test.timeout 6h
	cd bench && ../bin/bench.test -test.run '^$$' -test.bench '^BenchmarkOrganization$$' -test.benchtime 1x -test.timeout 1h
	cd bench && ../bin/bench.test -test.run '^$$' -test.bench '^BenchmarkIngest$$' -test.benchtime 3x -test.timeout 2h
	cd bench && ../bin/bench.test -test.run '^$$' -test.bench '^BenchmarkRules$$' -test.benchtime 5x -test.timeout 1h
	cd bench && ../bin/bench.test -test.run '^$$' -test.bench '^BenchmarkGaps$$' -test.timeout 1h
	cd bench && ../bin/bench.test -test.run '^$$' -test.bench '^BenchmarkReport$$' -test.benchtime 5x -test.timeout 1h

# The same tests over a hundred million rows: hours, and 60 GB of disk.
bench-large: assets
	$(GO) test -c -o bin/bench.test ./bench
	cd bench && TICKMARK_BENCH_LARGE=1 ../bin/bench.test -test.run '^$$' -test.bench '^BenchmarkPeers$$' -test.benchtime 1x -test.timeout 24h

# Every fuzz target of the readers of foreign text, for FUZZTIME each.
fuzz: assets
	@GO="$(GO)" FUZZTIME="$(FUZZTIME)" scripts/fuzz.sh

# The PDF compiler, from the pinned npm package, its digest checked, and the
# catalog in the form that is quick to read. A program built without the latter
# reads the catalog's files.
assets:
	@scripts/assets.sh
	@$(GO) run ./scripts/catalog

clean:
	rm -rf bin demo
