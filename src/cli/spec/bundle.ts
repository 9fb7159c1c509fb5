/** `bundle`: encrypted bundles of a vault. @module */

import { loadModule } from "../../base/load_module.ts";
import type { Command, Flag } from "../command.ts";

const create: Command = {
  name: "create",
  summary: "bundle-create.summary",
  usage: ["VAULT --to WHERE (--recipient KEY | --recipients-file FILE)…", "JOB [options]"],
  about: "bundle-create.about",
  flags: [
    { name: "to", value: "WHERE", help: "bundle-create.flag-to" },
    { name: "recipient", value: "KEY", many: true, help: "bundle-create.flag-recipient" },
    {
      name: "recipients-file",
      value: "FILE",
      many: true,
      help: "bundle-create.flag-recipients-file",
    },
    { name: "full", help: "bundle-create.flag-full" },
    { name: "full-when", value: "RULE", help: "bundle-create.flag-full-when" },
    { name: "volume-size", value: "SIZE", help: "bundle-create.flag-volume-size" },
    { name: "lock", value: "MODE:DAYS", help: "bundle-create.flag-lock" },
    { name: "storage-class", value: "NAME", help: "bundle-create.flag-storage-class" },
    { name: "limit-upload", value: "SIZE", help: "bundle-create.flag-limit-upload" },
    { name: "spool-limit", value: "SIZE", help: "bundle-create.flag-spool-limit" },
  ],
  examples: [
    {
      line:
        "hikae bundle create /mnt/usb/documents --to /mnt/nas/bundles --recipients-file keys.txt",
      does: "bundle-create.example-1",
    },
    { line: "hikae bundle create documents", does: "bundle-create.example-2" },
  ],
  access: "bundleCreate",
  load: () => loadModule(new URL("../bundle/cmd_bundle_create.ts", import.meta.url)),
};

const list: Command = {
  name: "list",
  summary: "bundle-list.summary",
  usage: ["JOB|WHERE"],
  flags: [],
  examples: [{ line: "hikae bundle list /mnt/nas/bundles", does: "bundle-list.example-1" }],
  access: "bundleLook",
  load: () => loadModule(new URL("../bundle/cmd_bundle_list.ts", import.meta.url)),
};

const verify: Command = {
  name: "verify",
  summary: "bundle-verify.summary",
  usage: ["JOB|WHERE"],
  about: "bundle-verify.about",
  flags: [{
    name: "identity",
    short: "i",
    value: "FILE",
    many: true,
    help: "bundle-verify.flag-identity",
  }, { name: "passphrase-file", value: "FILE", help: "bundle.flag-passphrase-file" }],
  examples: [{ line: "hikae bundle verify /mnt/nas/bundles", does: "bundle-verify.example-1" }],
  access: "bundleLook",
  load: () => loadModule(new URL("../bundle/cmd_bundle_verify.ts", import.meta.url)),
};

const restore: Command = {
  name: "restore",
  summary: "bundle-restore.summary",
  usage: ["JOB|WHERE [PATH…] --to DIR --identity FILE [--at POINT]"],
  about: "bundle-restore.about",
  flags: [
    { name: "to", value: "DIR", help: "bundle-restore.flag-to" },
    {
      name: "identity",
      short: "i",
      value: "FILE",
      many: true,
      help: "bundle-restore.flag-identity",
    },
    { name: "at", value: "POINT", help: "bundle-restore.flag-at" },
    { name: "attributes", help: "bundle-restore.flag-attributes" },
    { name: "passphrase-file", value: "FILE", help: "bundle.flag-passphrase-file" },
  ],
  examples: [
    {
      line: "hikae bundle restore /mnt/nas/bundles --to /tmp/back --identity secret.txt",
      does: "bundle-restore.example-1",
    },
  ],
  access: "bundleRestore",
  load: () => loadModule(new URL("../bundle/cmd_bundle_restore.ts", import.meta.url)),
};

const keygen: Command = {
  name: "keygen",
  summary: "bundle-keygen.summary",
  usage: ["[-o FILE] [--passphrase] [--hybrid]"],
  about: "bundle-keygen.about",
  flags: [
    {
      name: "output",
      short: "o",
      value: "FILE",
      help: "bundle-keygen.flag-output",
      writes: true,
    },
    { name: "hybrid", help: "bundle-keygen.flag-hybrid" },
    {
      name: "passphrase",
      help: "bundle-keygen.flag-passphrase",
    },
    { name: "passphrase-file", value: "FILE", help: "bundle.flag-passphrase-file" },
  ],
  examples: [{
    line: "hikae bundle keygen -o key.txt",
    does: "bundle-keygen.example-1",
  }],
  access: "none",
  // a key that nobody could read is lost
  answers: true,
  load: () => loadModule(new URL("../bundle/cmd_bundle_keygen.ts", import.meta.url)),
};

const period = (name: string): Flag => ({
  name: `keep-${name}`,
  value: "N",
  help: "bundle-prune.flag-period",
});

const prune: Command = {
  name: "prune",
  summary: "bundle-prune.summary",
  usage: ["--plan JOB|WHERE --identity FILE --keep-… N"],
  about: "bundle-prune.about",
  flags: [
    { name: "plan", help: "bundle-prune.flag-plan" },
    { name: "identity", short: "i", value: "FILE", many: true, help: "bundle-prune.flag-identity" },
    { name: "passphrase-file", value: "FILE", help: "bundle.flag-passphrase-file" },
    { name: "keep-last", value: "N", help: "bundle-prune.flag-last" },
    ...["hourly", "daily", "weekly", "monthly", "yearly"].map(period),
    { name: "keep-within", value: "PERIOD", help: "bundle-prune.flag-within" },
  ],
  examples: [
    {
      line: "hikae bundle prune --plan /mnt/nas/bundles --identity secret.txt --keep-monthly 12",
      does: "bundle-prune.example-1",
    },
  ],
  access: "bundleLook",
  load: () => loadModule(new URL("../bundle/cmd_bundle_prune.ts", import.meta.url)),
};

/** The table entry of `bundle`. */
export const bundle: Command = {
  name: "bundle",
  summary: "bundle.summary",
  usage: ["create|list|verify|restore|prune|keygen …"],
  flags: [],
  examples: [],
  access: "none",
  sub: [create, list, verify, restore, prune, keygen],
};
