#!/usr/bin/env bash
# Runs every fuzz target of the repository for FUZZTIME (30s, or 2000x inputs), one after
# another. What a target finds is written below testdata/fuzz and belongs into
# the repository, so that every test run tries it again.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
go=${GO:-go}
git ls-files '*_test.go' | xargs grep -l '^func Fuzz' | xargs -n1 dirname | sort -u | while read -r package; do
  cat "$package"/*_test.go | sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' | sort | while read -r target; do
    echo "fuzz ./$package $target"
    "$go" test -run '^$' -fuzz "^$target\$" -fuzztime "${FUZZTIME:-30s}" "./$package" </dev/null
  done
done
echo "fuzz: every target ran for ${FUZZTIME:-30s} without a finding"
