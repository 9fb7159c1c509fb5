/** What other programs call things: a person who comes from one is told hikae's word. @module */

const WORDS: Readonly<Record<string, string>> = {
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
  mount: "open the vault with a file manager: it holds plain files",
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
  unlock: "nothing is to be unlocked: the lock goes with the program that holds it",
  update: "run the install script again",
  upgrade: "run the install script again",
  version: "hikae --version",
  versions: "hikae history VAULT PATH",
};

/** What to type instead of a word that is a command elsewhere; undefined when none is known. */
export function foreignCommand(word: string): string | undefined {
  return Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
}
