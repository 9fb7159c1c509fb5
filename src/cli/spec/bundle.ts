/** `bundle`: encrypted bundles of a vault. @module */

import type { Command } from "../command.ts";

const create: Command = {
  name: "create",
  summary: "write what is new in a vault as an encrypted bundle",
  usage: ["VAULT --to WHERE (--recipient KEY | --recipients-file FILE)…"],
  about: "Writes the newest snapshot into the directory WHERE: all of it the first time, later\n" +
    "what changed since the bundle before. It is encrypted to public keys of age, so this\n" +
    "machine cannot read it back. age, zstd and tar open it: see docs/bundles.md.",
  flags: [
    { name: "to", value: "WHERE", help: "the directory of the bundles" },
    { name: "recipient", value: "KEY", many: true, help: "a public key of age (age1…)" },
    { name: "recipients-file", value: "FILE", many: true, help: "public keys of age, one a line" },
    { name: "full", help: "write all of it, whatever was written before" },
    { name: "volume-size", value: "SIZE", help: "the largest file to write, 1G when not given" },
  ],
  examples: [
    {
      line:
        "hikae bundle create /mnt/usb/documents --to /mnt/nas/bundles --recipients-file keys.txt",
      does: "write what is new since the bundle before",
    },
  ],
  access: "bundleCreate",
  load: () => import("../cmd_bundle_create.ts"),
};

const list: Command = {
  name: "list",
  summary: "list the bundles in a directory",
  usage: ["WHERE"],
  flags: [],
  examples: [{ line: "hikae bundle list /mnt/nas/bundles", does: "see what is there" }],
  access: "bundleLook",
  load: () => import("../cmd_bundle_list.ts"),
};

const verify: Command = {
  name: "verify",
  summary: "check that bundles are complete and unchanged",
  usage: ["WHERE"],
  about: "Holds every file against the hash in its manifest, and each bundle against those that\n" +
    "it needs. No key is needed for that; with one, the contents are held against the\n" +
    "records too. Exit code 1 when something is missing or damaged.",
  flags: [{
    name: "identity",
    short: "i",
    value: "FILE",
    many: true,
    help: "the file of the secret key: check the contents against the records too",
  }],
  examples: [{ line: "hikae bundle verify /mnt/nas/bundles", does: "check all bundles" }],
  access: "bundleLook",
  load: () => import("../cmd_bundle_verify.ts"),
};

const restore: Command = {
  name: "restore",
  summary: "bring a snapshot back from bundles",
  usage: ["WHERE [PATH…] --to DIR --identity FILE [--at POINT]"],
  about: "Restores the newest snapshot, or that of --at, into DIR: any run since the first full\n" +
    "bundle. PATH limits it to a file or directory. Only the files that are needed are\n" +
    "read; what is damaged is named, the rest restored, exit code 3.",
  flags: [
    { name: "to", value: "DIR", help: "the directory to restore into" },
    { name: "identity", short: "i", value: "FILE", many: true, help: "the file of the secret key" },
    { name: "at", value: "POINT", help: "as of this snapshot or time" },
  ],
  examples: [
    {
      line: "hikae bundle restore /mnt/nas/bundles --to /tmp/back --identity secret.txt",
      does: "bring the newest snapshot back",
    },
  ],
  access: "bundleRestore",
  load: () => import("../cmd_bundle_restore.ts"),
};

const keygen: Command = {
  name: "keygen",
  summary: "make a key pair for bundles",
  usage: ["[-o FILE]"],
  about: "Prints a secret key (an age identity) and its public key. The secret key is written\n" +
    "nowhere unless -o names a file: keep it away from the machine that is backed up.",
  flags: [{
    name: "output",
    short: "o",
    value: "FILE",
    help: "write the secret key to a new file",
  }],
  examples: [{
    line: "hikae bundle keygen -o key.txt",
    does: "make a pair, and show the public key",
  }],
  access: "none",
  load: () => import("../cmd_bundle_keygen.ts"),
};

/** The table entry of `bundle`. */
export const bundle: Command = {
  name: "bundle",
  summary: "write encrypted bundles that this machine cannot read back",
  usage: ["create|list|verify|restore|keygen …"],
  flags: [],
  examples: [],
  access: "none",
  sub: [create, list, verify, restore, keygen],
};
