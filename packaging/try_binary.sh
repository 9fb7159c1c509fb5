#!/bin/sh
# sh packaging/try_binary.sh BINARY: runs a compiled hikae as a user would, and tries on it what only a binary can show
# (docs/dev/release.md, "deno run and the binary"). Ends with 1 at the first thing that is not as it should be.
set -eu

case $1 in /* | ?:*) binary=$1 ;; *) binary=$PWD/$1 ;; esac
chmod +x "$binary"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
HIKAE_STATE_DIR=$work/state
export HIKAE_STATE_DIR

step() { printf '%s\n' "- $1"; }
fail() { printf 'not as it should be: %s\n' "$1" >&2; exit 1; }
hikae() { "$binary" "$@"; }

step "it says what it is"
hikae --version | grep -q commit || fail "--version names no commit"

step "workers start, a backup is a copy, the second changes nothing"
mkdir source
printf 'one\n' >source/one
printf 'two\n' >"source/with space"
hikae backup source vault
cmp source/one vault/one
cmp "source/with space" "vault/with space"
printf 'changed\n' >source/one
hikae backup source vault
hikae list vault

step "an old version comes back"
hikae history vault one
hikae restore vault --to restored
cmp source/one restored/one
hikae verify vault

step "portable snapshots"
hikae snapshot --target-directory source --snapshots-directory snapshots
hikae snapshot list --snapshots-directory snapshots

step "shipped plugins load from the binary"
hikae plugin list --shipped

step "a user's plugin, in TypeScript with an import of its own, loads; one that reads past its grants does not"
mkdir plugins
printf 'export const NAME: string = "mine";\n' >plugins/name.ts
cat >plugins/mine.ts <<'TS'
import { NAME } from "./name.ts";
export default { name: NAME, version: "1.0.0", preBackup(): { exclude: string[] } { return { exclude: ["left"] }; } };
TS
hikae plugin test --hook preBackup plugins/mine.ts | grep -q left || fail "the plugin gave no answer"
printf 'out of reach' >secret.txt
cat >plugins/thief.ts <<'TS'
const url = new URL("../secret.txt", import.meta.url).href;
export default {
  name: "thief",
  version: "1.0.0",
  async preBackup() {
    const got = await import(url, { with: { type: "text" } }).then((m) => m.default, () => "was refused");
    return { exclude: [got] };
  },
};
TS
said=$(hikae plugin test --hook preBackup plugins/thief.ts 2>&1 || true)
case $said in
  *'out of reach'*) fail "a plugin read a file that it was not granted" ;;
  *'was refused'*) ;;
  *) fail "the plugin that reads past its grants was not tried: $said" ;;
esac

step "what shells and man need comes out of it"
hikae man >hikae.1
hikae completions bash >hikae.bash
printf 'all is as it should be\n'
