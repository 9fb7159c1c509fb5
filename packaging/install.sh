#!/bin/sh
# Installs hikae for the user who runs it: no root, nothing outside one directory.
#
#   curl -fsSL @BASE_URL@/install.sh | sh
#   sh install.sh [--dir DIR] [--base-url URL]
#
# --dir DIR       where the program goes (HIKAE_INSTALL_DIR, else ~/.local/bin)
# --base-url URL  where the release lies (HIKAE_BASE_URL)
#
# The download is checked against the release's SHA256SUMS before anything is replaced.
set -eu

base_url='@BASE_URL@'

say() { printf '%s\n' "$*"; }

fail() {
  printf 'install hikae: %s\n' "$1" >&2
  [ $# -lt 2 ] || printf '  %s\n' "$2" >&2
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# the name of this machine's binary
target() {
  system=$(uname -s)
  machine=$(uname -m)
  case $machine in
    x86_64 | amd64) machine=x86_64 ;;
    arm64 | aarch64) machine=aarch64 ;;
    *) fail "there is no binary for $machine" "with the system's own deno it runs from a checkout: deno task hikae" ;;
  esac
  case $system in
    Darwin)
      # a shell that runs under Rosetta takes an Apple chip for an Intel one
      if [ "$machine" = x86_64 ] && [ "$(sysctl -n hw.optional.arm64 2>/dev/null)" = 1 ]; then
        machine=aarch64
      fi
      say "$machine-apple-darwin"
      ;;
    Linux)
      if (ldd --version 2>&1 || true) | grep -qi musl; then
        fail "this system has musl, and hikae's binaries need glibc" \
          "with the system's own deno it runs from a checkout: deno task hikae"
      fi
      say "$machine-unknown-linux-gnu"
      ;;
    *) fail "there is no binary for $system" "on Windows use install.ps1" ;;
  esac
}

# fetch URL FILE
fetch() {
  if has curl; then
    case $1 in
      https:*) curl -fsSL --proto '=https' --retry 2 -o "$2" "$1" ;;
      *) curl -fsSL --retry 2 -o "$2" "$1" ;;
    esac
  elif has wget; then
    wget -q -O "$2" "$1"
  else
    fail "neither curl nor wget is here" "install one of them"
  fi || fail "cannot download $1" "check the address and the network, then run this again"
}

sum_of() {
  if has sha256sum; then sha256sum "$1" | cut -d ' ' -f 1
  elif has shasum; then shasum -a 256 "$1" | cut -d ' ' -f 1
  elif has openssl; then openssl dgst -sha256 -r "$1" | cut -d ' ' -f 1
  else fail "nothing here computes SHA-256" "install coreutils or openssl"
  fi
}

main() {
  [ -z "${HIKAE_BASE_URL:-}" ] || base_url=$HIKAE_BASE_URL
  dir=${HIKAE_INSTALL_DIR:-}
  while [ $# -gt 0 ]; do
    case $1 in
      --dir) [ $# -gt 1 ] || fail "--dir wants a directory"; dir=$2; shift 2 ;;
      --base-url) [ $# -gt 1 ] || fail "--base-url wants an address"; base_url=$2; shift 2 ;;
      -h | --help) say "install.sh [--dir DIR] [--base-url URL]"; exit 0 ;;
      *) fail "there is no $1" "install.sh [--dir DIR] [--base-url URL]" ;;
    esac
  done
  case $base_url in
    http://* | https://*) ;;
    *) fail "where the release lies is not known" "name it with --base-url URL" ;;
  esac
  base_url=${base_url%/}
  if [ -z "$dir" ]; then
    [ -n "${HOME:-}" ] || fail "HOME is not set" "name a directory with --dir"
    dir=$HOME/.local/bin
  fi

  name=hikae-$(target)
  work=$(mktemp -d)
  new=
  trap 'rm -rf "$work" ${new:+"$new"}' EXIT
  trap 'exit 130' INT TERM HUP

  fetch "$base_url/SHA256SUMS" "$work/SHA256SUMS"
  want=$(awk -v name="$name" '$2 == name { print $1 }' "$work/SHA256SUMS")
  [ "${#want}" -eq 64 ] || fail "$base_url has no checksum of $name" "is it a release of hikae?"
  say "downloading $base_url/$name"
  fetch "$base_url/$name" "$work/hikae"
  have=$(sum_of "$work/hikae")
  [ "$have" = "$want" ] ||
    fail "the download is not what SHA256SUMS says ($have, not $want)" "nothing was installed"

  mkdir -p "$dir" || fail "cannot make $dir" "name another directory with --dir"
  # beside the old one, so that the last step is one rename
  new=$dir/.hikae.$$
  cp "$work/hikae" "$new" || fail "cannot write in $dir" "name another directory with --dir"
  chmod 755 "$new"
  version=$("$new" --version) || fail "the program does not start here" "nothing was installed"
  mv -f "$new" "$dir/hikae"
  new=
  say "installed $version as $dir/hikae"
  case :${PATH:-}: in
    *:"$dir":*) ;;
    *) say "add it to your path: export PATH=\"$dir:\$PATH\"" ;;
  esac
  say "completions: hikae completions --help"
}

# last, so that half a download does nothing
main "$@"
