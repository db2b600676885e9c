#!/usr/bin/env bash
# Runs every fuzz target of the repository for FUZZTIME (30s, or 2000x inputs), one after
# another. What a target finds is written below testdata/fuzz and belongs into
# the repository, so that every test run tries it again.
# With FUZZLIMIT, no target runs for more than a minute, none is begun after so many seconds, and those that were not are named.
# FUZZFROM is the number of the package to begin with, so that runs with a limit reach others each time.
# `fuzz.sh --list` names the targets and runs none.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
go=${GO:-go} time=${FUZZTIME:-30s} limit=${FUZZLIMIT:-} bound=()
[[ -z $limit ]] || bound=(timeout --preserve-status -s INT 60) # interrupted, a target ends as if it were through

targets() { sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$1"/*_test.go | sort; }
mapfile -t packages < <(grep -rl --include='*_test.go' --exclude-dir=node_modules '^func Fuzz' . | xargs -n1 dirname | sort -u)

if [[ ${1:-} == --list ]]; then
  for package in "${packages[@]}"; do
    targets "$package" | sed "s|^|$package |"
  done
  exit
fi

from=$((${FUZZFROM:-0} % ${#packages[@]}))
packages=("${packages[@]:from}" "${packages[@]:0:from}")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# One program for all targets of a package: to link it takes longer than 2,000 inputs do. Ten tries make an input smaller:
# without a limit every one that is new would be made smaller for a minute.
reached=0 left=()
for package in "${packages[@]}"; do
  built=
  for target in $(targets "$package"); do
    if [[ -n $limit ]] && ((SECONDS >= limit)); then
      left+=("$package $target")
      continue
    fi
    [[ -n $built ]] || "$go" test -c -fuzz=. -ldflags='-s -w' -o "$dir/fuzz.test" "$package"
    built=yes
    echo "fuzz $package $target"
    (cd "$package" && "${bound[@]}" "$dir/fuzz.test" -test.run='^$' -test.fuzz="^$target\$" -test.fuzztime="$time" -test.fuzzminimizetime=10x \
      -test.fuzzcachedir="$dir/corpus" </dev/null)
    reached=$((reached + 1))
  done
done
echo "fuzz: $reached targets ran for $time each${limit:+, or a minute,} without a finding"
if ((${#left[@]})); then
  echo "fuzz: ${#left[@]} more were not reached in $limit seconds:"
  printf '  %s\n' "${left[@]}"
fi
