#!/usr/bin/env bash
# Runs every fuzz target of the repository for FUZZTIME (30s, or 2000x inputs), one after
# another. What a target finds is written below testdata/fuzz and belongs into
# the repository, so that every test run tries it again.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
go=${GO:-go} time=${FUZZTIME:-30s}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# One program for all targets of a package: to link it takes longer than 2,000 inputs do. Ten tries make an input smaller:
# without a limit every one that is new would be made smaller for a minute.
git grep -l '^func Fuzz' -- '*_test.go' | xargs -n1 dirname | sort -u | while read -r package; do
  "$go" test -c -fuzz=. -ldflags='-s -w' -o "$dir/fuzz.test" "./$package"
  git grep -h '^func Fuzz' -- ":(glob)$package/*_test.go" | sed 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/' | sort | while read -r target; do
    echo "fuzz ./$package $target"
    (cd "$package" && "$dir/fuzz.test" -test.run='^$' -test.fuzz="^$target\$" -test.fuzztime="$time" -test.fuzzminimizetime=10x \
      -test.fuzzcachedir="$dir/corpus" </dev/null)
  done
done
echo "fuzz: every target ran for $time without a finding"
