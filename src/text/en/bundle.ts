/** What is said about bundles. */
export const bundle = {
  "bundle.other-recipients": "the recipients have changed; this bundle is a full one",
  "bundle.went-back":
    "the run that the last bundle was made of is not in the vault as it was; this bundle is a full one",
  "bundle.before-missing": "the last bundle is not there any more; this bundle is a full one",
  "bundle.not-kept": "could not remember this bundle, so the next one is a full one: {problem}",
  "bundle.content-missing": "the content is not in the vault; the bundle does not have it",
  "bundle.content-damaged":
    "the content does not match its recorded hash; the bundle has it as it is (see hikae verify)",
  "bundle.create-arguments": "bundle create: where to, and to which public key?",
  "bundle.create-hint":
    "add --to WHERE and --recipient age1…; hikae bundle keygen makes a pair of keys",
  "bundle.read-keys": "read public keys: {why}",
  "bundle.inside-vault": "bundle create: the bundles cannot lie inside the vault",
  "bundle.volume-size": 'bundle create: "{given}" is not a size of a volume',
  "bundle.volume-size-hint": "choose a size from 1M to 1G",
  "bundle.nothing-new": "nothing new: the newest snapshot was written before",
  "bundle.kind-full": "full",
  "bundle.kind-changes": "changes",
  "bundle.done": "bundle {stamp} ({kind}) in {where}",
  "bundle.done-size": {
    one: "  {n} entry, {size} in {files} volumes",
    other: "  {n} entries, {size} in {files} volumes",
  },
  "bundle.one-place": "bundle: name the directory of the bundles",
  "bundle.missing": "the volume is missing",
  "bundle.damaged": "the volume is not what its manifest says",
  "bundle.state-whole": "complete",
  "bundle.state-broken": "cannot be restored whole",
  "bundle.list-head": "SNAPSHOT         KIND           SIZE  FILES  STATE",
  "bundle.no-manifest-names-it":
    "no manifest names this; a run that broke off may have left it, and nothing needs it",
  "bundle.all-whole": {
    one: "{n} bundle, complete and unchanged",
    other: "{n} bundles, complete and unchanged",
  },
  "bundle.keygen-arguments": "bundle keygen takes no arguments",
  "bundle.public-key": "public key: {key}",
  "bundle.keep-the-key":
    "keep the secret key away from the machine that is backed up; without it no bundle can be read",
  "bundle.dir-in-the-way": "restore: a directory stands where this file should be",
  "bundle.file-in-the-way": "restore: a file or link stands where this directory should be",
  "bundle.same-name": "restore: this disk takes its name for that of another entry",
  "bundle.other-content": "restore: the content in the bundle does not match its recorded hash",
  "bundle.not-in-bundle": "restore: the bundle does not have this content",
  "bundle.no-such-path": "restore: there is no such path in snapshot {stamp}",
  "bundle.path-outside": "restore: the path leads out of the backup",
  "bundle.several-vaults": "restore: there are bundles of several vaults in this directory",
  "bundle.several-vaults-hint": "name one of them, as {first}",
  "bundle.no-bundle-of": "restore: no bundle has snapshot {stamp}",
  "bundle.no-bundle-of-hint":
    "hikae bundle list shows what there is; a snapshot from before the first full bundle is in none",
  "bundle.none-whole": "restore: no bundle has all that it needs",
  "bundle.none-whole-hint": "hikae bundle verify shows what is missing",
  "bundle.broken": "this bundle needs one that is not there; an older one is restored",
  "bundle.restore-arguments": "bundle restore: from where, where to, and with which key?",
  "bundle.restore-hint": "type hikae bundle restore WHERE --to DIR --identity FILE",
  "bundle.restored": {
    one: "snapshot {stamp} in {target}: {n} file ({size}), {links} links, {dirs} directories",
    other: "snapshot {stamp} in {target}: {n} files ({size}), {links} links, {dirs} directories",
  },
} as const;
