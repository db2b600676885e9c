#!/usr/bin/env bash
# Puts the Typst compiler (wasm) where engine/paper embeds it, and builds what a browser loads beside the
# pages of the workbench where surface/web embeds it. Quick and silent when both are already there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly sum=1fc968438a672366dfec39c96c842c26ed29caff4eb1bcaab19a6c60867de5fd
readonly source=node_modules/@myriaddreamin/typst-ts-web-compiler/pkg/typst_ts_web_compiler_bg.wasm
readonly target=internal/engine/paper/assets/typst.wasm
readonly web=internal/surface/web
readonly built=$web/asset/dist/manifest.json

intact() { [[ -f $1 ]] && echo "$sum  $1" | sha256sum --check --status; }

# installed: the packages are those of package-lock.json.
installed() { [[ node_modules/.package-lock.json -nt package-lock.json && -d node_modules/@tabler/core ]]; }

install_packages() {
  command -v npm >/dev/null || { echo "assets: npm is missing: install Node.js 20 or newer" >&2; exit 1; }
  npm ci --no-audit --no-fund >&2
  touch node_modules/.package-lock.json
}

compiler() {
  if intact "$target"; then
    return
  fi
  intact "$source" || install_packages
  if ! intact "$source"; then
    echo "assets: $source does not have SHA-256 $sum: the pinned package has changed; do not build with it" >&2
    exit 1
  fi
  mkdir -p "$(dirname "$target")"
  local part
  part=$(mktemp "$target.XXXXXX")
  cp "$source" "$part"
  chmod 0644 "$part"
  mv "$part" "$target"
  echo "assets: $target" >&2
}

# pages: the style keeps only what the pages name, so that a changed page makes it stale.
pages() {
  if [[ -f $built ]] && [[ -z $(find "$web" scripts/bundle package-lock.json \
    \( -name '*.templ' -o -name '*.go' -o -name '*.js' -o -name '*.css' -o -name '*.txt' -o -name '*.json' \) \
    -not -path "$web/asset/dist/*" -newer "$built" -print -quit) ]]; then
    return
  fi
  installed || install_packages
  go run ./scripts/bundle
  echo "assets: $web/asset/dist" >&2
}

compiler
pages
