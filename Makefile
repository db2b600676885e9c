# make demo and make test are the two commands of the README.
GO ?= go
BIN := bin/tickmark
FUZZTIME ?= 30s

.PHONY: build demo test slow lint fmt-check bench fuzz clean assets

build: assets
	$(GO) build -trimpath -o $(BIN) ./cmd/tickmark
	$(BIN) warm

demo: build
	$(BIN) demo --dir demo

test: assets
	$(GO) test ./...

# What takes long: kills at every moment, seeds at size, a large file.
slow: assets
	$(GO) test -tags slow -count=1 -timeout 45m ./e2e

# Formatting, vet, and the linters of .golangci.yml at the pinned version.
lint: assets fmt-check
	$(GO) vet ./...
	$(GO) run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.6.2 run ./...

fmt-check:
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || (gofmt -l $$(git ls-files '*.go'); exit 1)

# Ten million payroll lines beside bare DuckDB in the same run.
bench: assets
	$(GO) test -run '^$$' -bench . -benchtime 5x -timeout 60m ./bench

# Every fuzz target of the readers of foreign text, for FUZZTIME each.
fuzz: assets
	@GO="$(GO)" FUZZTIME="$(FUZZTIME)" scripts/fuzz.sh

# The PDF compiler, from the pinned npm package, its digest checked.
assets:
	@scripts/assets.sh

clean:
	rm -rf bin demo
