/** What other programs call things: a person who comes from one is told hikae's word. @module */

import { type PlainTextId, text } from "../../text/text.ts";

const WORDS: Readonly<Record<string, string | { readonly id: PlainTextId }>> = {
  archive: "hikae backup SOURCE VAULT",
  check: "hikae verify VAULT",
  copy: "hikae backup SOURCE VAULT",
  create: "hikae backup SOURCE VAULT",
  dump: "hikae cat VAULT PATH",
  export: "hikae restore VAULT --to DIR",
  extract: "hikae restore VAULT --to DIR",
  forget: "hikae prune VAULT --keep-… N, or hikae delete VAULT SNAPSHOT",
  info: "hikae report VAULT",
  mirror: "hikae backup SOURCE VAULT",
  mount: { id: "usage.mount" },
  recover: "hikae restore VAULT --to DIR",
  remove: "hikae delete VAULT SNAPSHOT",
  repair: "hikae verify VAULT --repair",
  rm: "hikae delete VAULT SNAPSHOT",
  search: "hikae find VAULT GLOB",
  show: "hikae ls VAULT, or hikae cat VAULT PATH",
  snapshots: "hikae list VAULT",
  stats: "hikae report VAULT",
  sync: "hikae backup SOURCE VAULT",
  undelete: "hikae find VAULT GLOB, then hikae restore VAULT PATH@POINT --to DIR",
  unlock: { id: "usage.unlock" },
  update: { id: "usage.update" },
  upgrade: { id: "usage.update" },
  version: "hikae --version",
  versions: "hikae history VAULT PATH",
};

/** What to type instead of a word that is a command elsewhere; undefined when none is known. */
export function foreignCommand(word: string): string | undefined {
  const other = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
  return typeof other === "object" ? text(other.id) : other;
}
