#!/usr/bin/env bash
# Runs the tests that take long, package by package: those in files that are built with the tag slow, and no others.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
go=${GO:-go}
git grep -l '^//go:build slow$' -- '*_test.go' | xargs -n1 dirname | sort -u | while read -r package; do
  tests=$(git grep -l '^//go:build slow$' -- ":(glob)$package/*_test.go" | xargs cat | sed -n 's/^func \(Test[A-Za-z0-9_]*\)(.*/\1/p' | paste -sd '|')
  echo "slow ./$package: ${tests//|/ }"
  "$go" test -tags slow -count=1 -timeout 45m -run "^($tests)\$" "./$package" </dev/null
done
