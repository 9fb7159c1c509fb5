/** Root believes what a vault says of owners and set-id bits only where nobody else may write it (`--owners` aside). */

import { assertEquals } from "@std/assert";
import type { Message } from "../../src/base/event.ts";
import type { FileInfo, FileSystem } from "../../src/base/fs.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { makeTree, tempDir } from "../helpers/cli_helper.ts";
import { backUp, enginePorts } from "../helpers/engine_helper.ts";
import { META } from "../../src/vault/names.ts";
import { restoreHere, restoreRequest } from "../helpers/restore_helper.ts";
import { vaultPorts } from "../../src/engine/ports.ts";
import { trusting } from "../../src/engine/restore/trust.ts";
import { openVault } from "../../src/vault/vault.ts";

/** What root was asked to do: owners given and modes set. */
interface Done {
  owners: string[];
  modes: number[];
  notes: number;
  /** What was looked at among the records. */
  looks: string[];
}

type Lie = (path: string, info: FileInfo) => FileInfo;

/** A restore by root, on a disk that tells of the vault what `lie` says; what it would set is only noted. */
async function asRoot(vault: string, target: string, lie: Lie, owners = false): Promise<Done> {
  const done: Done = { owners: [], modes: [], notes: 0, looks: [] };
  const messages: Message[] = [];
  const fs: FileSystem = {
    ...denoFs,
    lstat: (path) => {
      if (path.includes("/runs/")) done.looks.push(path.slice(path.lastIndexOf("/") + 1));
      const info = denoFs.lstat(path);
      return path.startsWith(vault) ? lie(path.slice(vault.length), { ...info, uid: 0 }) : {
        ...info,
        uid: 0,
        gid: 0,
      };
    },
    lchown: (path, uid, gid) => void done.owners.push(`${path.slice(target.length)} ${uid}:${gid}`),
    chmod: (path, mode) => {
      if ((mode & 0o6000) !== 0) done.modes.push(mode);
      denoFs.chmod(path, mode & 0o777);
    },
  };
  const self = { owner: true, uid: 1, gid: 1, umask: 0o22 };
  await restoreHere(vault, target, { self, owners }, enginePorts(messages, fs));
  done.notes =
    messages.filter((m) => m.message_type === "note" && /--owners/.test(m.message)).length;
  return done;
}

const LIES: Readonly<Record<string, Lie>> = {
  "the vault's root is another user's": (path, info) => path === "" ? { ...info, uid: 1000 } : info,
  "the records' directory may be written by all": (path, info) =>
    path.endsWith("/runs") ? { ...info, mode: 0o777 } : info,
  "a record is another user's": (path, info) =>
    path.endsWith(".jsonl") ? { ...info, uid: 1000 } : info,
  "a record may be written by a group": (path, info) =>
    path.endsWith(".jsonl") ? { ...info, mode: 0o664 } : info,
};

/** A vault whose only file was root's, with a set-id bit, by its record. */
async function vaultOf(dir: string): Promise<string> {
  makeTree(`${dir}/s`, { tool: "tool" });
  const fs: FileSystem = {
    ...denoFs,
    lstat: (path) => {
      const info = denoFs.lstat(path);
      return path.endsWith("/s/tool") ? { ...info, uid: 0, gid: 0, mode: 0o4755 } : info;
    },
    open: (path, options) => {
      const file = denoFs.open(path, options);
      if (!path.endsWith("/s/tool")) return file;
      return Object.assign(Object.create(file) as typeof file, {
        read: (b: Uint8Array) => file.read(b),
        close: () => file.close(),
        stat: () => ({ ...file.stat(), uid: 0, gid: 0, mode: 0o4755 }),
      });
    },
  };
  await backUp(`${dir}/s`, [`${dir}/v`], {}, { fs });
  return `${dir}/v`;
}

for (const [name, lie] of Object.entries(LIES)) {
  Deno.test({
    name: `restore as root: ${name}: no owner and no set-id bit, a note, and both with --owners`,
    ignore: Deno.build.os === "windows",
    fn: async () => {
      using dir = tempDir();
      const vault = await vaultOf(dir.path);
      const { owners, modes, notes } = await asRoot(vault, dir.at("t"), lie);
      assertEquals({ owners, modes, notes }, { owners: [], modes: [], notes: 1 });
      const asked = await asRoot(vault, dir.at("t2"), lie, true);
      assertEquals([asked.owners.includes("/tool 0:0") || asked.owners.length > 0, asked.modes], [
        true,
        [0o4755],
      ]);
      assertEquals(asked.notes, 0);
    },
  });
}

Deno.test({
  name: "restore as root: from a vault that is root's alone owners and set-id bits come back",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    using dir = tempDir();
    const vault = await vaultOf(dir.path);
    const done = await asRoot(
      vault,
      dir.at("t"),
      (_, info) => ({ ...info, mode: info.mode & 0o755 }),
    );
    assertEquals([done.owners.length > 0, done.modes, done.notes], [true, [0o4755], 0]);
  },
});

Deno.test({
  name:
    "restore as root: each record is looked at once, and attributes only where they are asked for",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    using dir = tempDir();
    const vault = await vaultOf(dir.path);
    for (let hours = 1; hours < 9; hours++) await backUp(dir.at("s"), [vault], {}, { hours });
    const records = [...Deno.readDirSync(`${vault}/${META}/runs`)].map((e) => e.name);
    const { looks, notes } = await asRoot(
      vault,
      dir.at("t"),
      (_, info) => ({ ...info, mode: info.mode & 0o755 }),
    );
    assertEquals(notes, 0);
    assertEquals(looks.filter((name) => name.endsWith(".attr")), []);
    // the opening looks at the newest, too
    const [, ...others] = records.toSorted().reverse();
    const counts = Map.groupBy(looks, (name) => name);
    assertEquals(others.map((name) => counts.get(name)?.length), others.map(() => 1));
  },
});

Deno.test({
  name:
    "restore as root: attributes that another user may have written count where they are asked for",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    using dir = tempDir();
    const vault = await vaultOf(dir.path);
    const runs = `${vault}/${META}/runs`;
    const [record = ""] = [...Deno.readDirSync(runs)].map((e) => e.name);
    Deno.writeTextFileSync(`${runs}/${record.replace(".jsonl", ".attr")}`, "");
    const fs: FileSystem = {
      ...denoFs,
      lstat: (path) => {
        const info = denoFs.lstat(path);
        return { ...info, uid: path.endsWith(".attr") ? 1000 : 0, mode: info.mode & 0o755 };
      },
    };
    const ports = enginePorts([], fs);
    const self = { owner: true, uid: 0, gid: 0, umask: 0o22 };
    const isOwner = (attributes: boolean): boolean => {
      const request = restoreRequest(vault, dir.at("t"), { self, attributes });
      return trusting(ports, openVault(vaultPorts(ports), vault), request).self.owner;
    };
    assertEquals([isOwner(false), isOwner(true)], [true, false]);
  },
});

Deno.test("restore: a directory of another user keeps its time and mode, and that is no error", async () => {
  using dir = tempDir();
  makeTree(dir.at("source"), { a: "1" });
  await backUp(dir.at("source"), [dir.at("vault")]);
  const target = dir.at("target");
  Deno.mkdirSync(target);
  const fs: FileSystem = {
    ...denoFs,
    lstat: (path) => path === target ? { ...denoFs.lstat(path), uid: 7 } : denoFs.lstat(path),
    utime: (path, atime, mtime) => {
      if (path !== target) return denoFs.utime(path, atime, mtime);
      throw Object.assign(new Error("Operation not permitted: utime"), { code: "EPERM" });
    },
  };
  const messages: Message[] = [];
  const self = { owner: false, uid: 8, gid: 8, umask: 0o22 };
  const ports = enginePorts(messages, fs);
  const { result, errors } = await restoreHere(dir.at("vault"), target, { self }, ports);
  assertEquals([result.errors, errors], [0, []]);
  assertEquals(Deno.readTextFileSync(`${target}/a`), "1");
  assertEquals(messages.filter((m) => m.message_type === "note").map((m) => m.message), [
    `${target} belongs to another user, and keeps its time and mode`,
  ]);
});
