# make demo and make test are the two commands of the README.
GO ?= go
BIN := bin/tickmark

.PHONY: build demo test lint bench fuzz slow pg cover clean assets fmt-check

build: assets
	$(GO) build -trimpath -o $(BIN) ./cmd/tickmark
	$(BIN) warm

demo: build
	$(BIN) demo --dir demo

test: assets
	$(GO) test ./...

# The PDF compiler, from the pinned npm package, its digest checked.
assets:
	scripts/assets.sh

# Formatting, vet, and the linters of .golangci.yml at the pinned version.
lint: assets fmt-check
	$(GO) vet ./...
	$(GO) run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.6.2 run ./...

fmt-check:
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || (gofmt -l $$(git ls-files '*.go'); exit 1)

# What takes long: 50 kills, three seeds at size, a file of 3 GB.
slow: assets
	TICKMARK_SLOW=1 $(GO) test -count=1 -timeout 45m ./internal/slow

# Ten million payroll lines beside bare DuckDB in the same run.
bench: assets
	$(GO) test -run '^$$' -bench . -benchtime 3x -timeout 60m ./internal/engine/query

fuzz:
	scripts/fuzz.sh

clean:
	rm -rf bin demo
