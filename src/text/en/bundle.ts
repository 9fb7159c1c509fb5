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
} as const;
