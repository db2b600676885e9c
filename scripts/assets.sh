#!/usr/bin/env bash
# Puts the Typst compiler (wasm) where engine/paper embeds it. Quick and silent when it is already there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly sum=1fc968438a672366dfec39c96c842c26ed29caff4eb1bcaab19a6c60867de5fd
readonly source=node_modules/@myriaddreamin/typst-ts-web-compiler/pkg/typst_ts_web_compiler_bg.wasm
readonly target=internal/engine/paper/assets/typst.wasm

intact() { [[ -f $1 ]] && echo "$sum  $1" | sha256sum --check --status; }

if intact "$target"; then
  exit 0
fi
if ! intact "$source"; then
  command -v npm >/dev/null || { echo "assets: npm is missing: install Node.js 20 or newer" >&2; exit 1; }
  npm ci --no-audit --no-fund >&2
fi
if ! intact "$source"; then
  echo "assets: $source does not have SHA-256 $sum: the pinned package has changed; do not build with it" >&2
  exit 1
fi

mkdir -p "$(dirname "$target")"
part=$(mktemp "$target.XXXXXX")
trap 'rm -f "$part"' EXIT
cp "$source" "$part"
chmod 0644 "$part"
mv "$part" "$target"
echo "assets: $target" >&2
