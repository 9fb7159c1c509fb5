/** Names that the disk of a vault or of a target takes for one: asked of the disk, whatever the reason (decision 17). */

import { assert, assertEquals } from "@std/assert";
import {
  isThere,
  Link,
  listTree,
  makeTree,
  read,
  tempDir,
  type TreeSpec,
} from "../helpers/cli_helper.ts";
import { DOTS, FOLD, type Habits, withHabits } from "../helpers/disk_habits.ts";
import { backUp } from "../helpers/engine_helper.ts";
import { restoreHere, SELF } from "../helpers/restore_helper.ts";
import { answering, enginePorts, linksBelow } from "../helpers/engine_helper.ts";
import type { Message } from "../../src/base/event.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { bundleRestore } from "../../src/engine/bundle/restore.ts";
import { bundle, world } from "../bundle/bundle_support.ts";
import { restore, take, testPorts } from "../portable/portable_support.ts";

const ignore = Deno.build.os === "windows";

interface Case {
  name: string;
  habits: Habits;
  tree: TreeSpec;
  /** What the vault or target gets. */
  kept: Record<string, string>;
  /** What is reported. */
  told: string[];
}

const CASES: readonly Case[] = [
  {
    name: "dots and blanks dropped",
    habits: DOTS,
    tree: {
      "a": "plain",
      "a.": "dotted",
      "b ": "blank",
      "d": { f: "in d" },
      "d.": { f: "in d." },
      "e.": { g: "in e." },
    },
    kept: { "a": "plain", "d/f": "in d" },
    told: ["a.", "b ", "d.", "e."],
  },
  {
    name: "full case folding",
    habits: FOLD,
    tree: { "strasse": "ss", "straße": "sharp", "ﬁle": "ligature", "file": "letters", "k": "k" },
    kept: { "k": "k" },
    told: [],
  },
];

/** Of two names that differ by folding alone either may be the one that comes first. */
const PAIRS = [["strasse", "straße", "ss", "sharp"], [
  "file",
  "ﬁle",
  "letters",
  "ligature",
]] as const;

function assertKept(root: string, c: Case, told: readonly string[]): void {
  for (const [path, content] of Object.entries(c.kept)) assertEquals(read(root, path), content);
  if (c.told.length > 0) assertEquals([...new Set(told)].sort(), c.told);
  else {
    for (const [one, other, its, others] of PAIRS) {
      const kept = isThere(`${root}/${one}`) ? one : other;
      assertEquals(read(root, kept), kept === one ? its : others);
      assert(!isThere(`${root}/${kept === one ? other : one}`));
      assert(told.includes(kept === one ? other : one), `${told}`);
    }
  }
}

const errorsOf = (messages: readonly Message[]): string[] =>
  messages.flatMap((m) => m.message_type === "error" ? [m.path] : []);

for (const c of CASES) {
  Deno.test({
    name:
      `backup: ${c.name}: what is listed is stored whole, the other name is reported, in each run`,
    ignore,
    fn: async () => {
      using dir = tempDir();
      makeTree(dir.at("s"), c.tree);
      const vault = dir.at("v");
      const fs = withHabits(vault, c.habits);
      for (let run = 0; run < 2; run++) {
        const { outcomes, messages } = await backUp(dir.at("s"), [vault], {}, { fs });
        assertEquals(outcomes[0]?.failed, undefined);
        assert((outcomes[0]?.errors ?? 0) > 0);
        assertKept(vault, c, errorsOf(messages));
      }
    },
  });

  Deno.test({
    name:
      `restore: ${c.name}: onto such a disk nothing is written over, the other name is reported`,
    ignore,
    fn: async () => {
      using dir = tempDir();
      makeTree(dir.at("s"), c.tree);
      await backUp(dir.at("s"), [dir.at("v")]);
      const root = dir.at("t");
      const messages: Message[] = [];
      const ports = enginePorts(messages, withHabits(root, c.habits));
      await restoreHere(dir.at("v"), root, { verify: true }, ports);
      const told = errorsOf(messages);
      assertKept(root, c, told);
      assertEquals(told.length, new Set(told).size, told.join());
    },
  });
}

Deno.test({
  name: "backup: a directory of which a name is refused has the time of the source's",
  ignore,
  fn: async () => {
    using work = tempDir();
    const [source, vault] = [`${work.path}/source`, `${work.path}/vault`];
    makeTree(source, { d: { f: "f", "b.": "dotted" } });
    Deno.utimeSync(`${source}/d`, 1e9, 1e9);
    await backUp(source, [vault], {}, { fs: withHabits(vault, DOTS) });
    assertEquals([...Deno.readDirSync(`${vault}/d`)].some(({ name }) => name === "b"), false);
    assertEquals(Deno.statSync(`${vault}/d`).mtime?.getTime(), 1e12);
  },
});

Deno.test({
  name:
    "backup: a file in the place of a directory never writes over the new one that answers to its name",
  ignore,
  fn: async () => {
    for (const names of [["strasse", "straße"], ["straße", "strasse"]]) {
      using dir = tempDir();
      const [old = ""] = names;
      makeTree(dir.at("s"), { k: "k", [old]: { f: "in it" } });
      const vault = dir.at("v");
      const fs = withHabits(vault, FOLD);
      await backUp(dir.at("s"), [vault], {}, { fs });
      Deno.removeSync(dir.at("s", old), { recursive: true });
      // whichever of them comes first
      makeTree(dir.at("s"), Object.fromEntries(names.map((name) => [name, `of ${name}`])));
      const { messages } = await backUp(dir.at("s"), [vault], {}, { fs, hours: 1 });
      const kept = names.filter((name) => isThere(`${vault}/${name}`));
      assertEquals(kept.map((name) => read(vault, name)), kept.map((name) => `of ${name}`));
      assertEquals(kept.length, 1);
      assertEquals(errorsOf(messages), names.filter((name) => !kept.includes(name)));
    }
  },
});

Deno.test({
  name: "backup: no mark is made of a file, or below a directory, that another living name is",
  ignore,
  fn: async () => {
    using dir = tempDir();
    const tree = { "a": "living", "a.": "once", "d": { f: "living" }, "d.": { f: "once", g: "g" } };
    makeTree(dir.at("s"), tree);
    const vault = dir.at("v");
    // a vault that comes to such a disk with both names in its records, and one copy on the disk
    await backUp(dir.at("s"), [vault]);
    Deno.removeSync(`${vault}/a.`);
    Deno.removeSync(`${vault}/d.`, { recursive: true });
    for (const inodes of [true, false]) {
      const habits = withHabits(vault, DOTS);
      const fs = inodes ? habits : {
        ...habits,
        lstat: (path: string) => ({ ...habits.lstat(path), ino: 0 }),
      };
      await backUp(dir.at("s"), [vault], { allowMassChange: true }, { fs, hours: inodes ? 1 : 3 });
      if (isThere(dir.at("s", "a."))) {
        Deno.removeSync(dir.at("s", "a."));
        Deno.removeSync(dir.at("s", "d."), { recursive: true });
      }
      await backUp(dir.at("s"), [vault], { allowMassChange: true }, { fs, hours: inodes ? 2 : 4 });
      assertEquals([read(vault, "a"), read(vault, "d/f")], ["living", "living"]);
      assertEquals(listTree(vault).filter((p) => p.includes("$DEL@")), []);
    }
    assertEquals(denoFs.exists(`${vault}/a`), true);
  },
});

/** Directories and links too, and a name that the disk alters although nothing else has it. */
const DOTTED: TreeSpec = {
  "a": "plain",
  "a.": "dotted",
  "alone.": "altered",
  "d": { f: "in d", l: new Link("of d") },
  "d.": { f: "in d.", l: new Link("of d.") },
  "l": new Link("plain"),
  "l.": new Link("dotted"),
  "m.": new Link("altered"),
  "z": "z",
};
const DOTTED_TOLD = ["a.", "alone.", "d.", "l.", "m."];

function assertDotted(root: string, messages: readonly Message[]): void {
  assertEquals(errorsOf(messages).sort(), DOTTED_TOLD);
  for (const m of messages) if (m.message_type === "error") assert(m.hint !== undefined, m.path);
  assertEquals([read(root, "a"), read(root, "d/f"), read(root, "z")], ["plain", "in d", "z"]);
  assertEquals([Deno.readLinkSync(`${root}/l`), Deno.readLinkSync(`${root}/d/l`)], [
    "plain",
    "of d",
  ]);
  assert(!isThere(`${root}/alone`) && !isThere(`${root}/m`));
}

Deno.test({
  name:
    "restore: onto such a disk links and altered names are told, and what is not there does not count",
  ignore,
  fn: async () => {
    using dir = tempDir();
    makeTree(dir.at("s"), DOTTED);
    await backUp(dir.at("s"), [dir.at("v")]);
    const root = dir.at("t");
    for (let run = 0; run < 2; run++) {
      const messages: Message[] = [];
      const ports = enginePorts(messages, withHabits(root, DOTS));
      const { result, links } = await restoreHere(dir.at("v"), root, {}, ports);
      assertDotted(root, messages);
      const { files_restored, bytes_restored, dirs_restored } = result.counts;
      const now = [files_restored, links, bytes_restored, dirs_restored];
      assertEquals(now, run === 0 ? [5, 2, "plainin dzplainof d".length, 1] : [0, 0, 0, 0]);
    }
  },
});

/** One directory that its files go into before the disk is asked for its name, and one that stays empty. */
const STRAY: TreeSpec = {
  "D.": { y: "y", "sub.": { z: "z" } },
  "E.": {},
  "e.": "a file that answers where the directory is",
  "N": { b: "b" },
  "n.": { l: new Link("only links") },
};
const STRAY_TOLD = ["D.", "D./sub.", "E.", "e.", "n."];

/** Folds letters and drops dots, both at once. */
const FOLDING_DOTS: Habits = {
  key: (name) => FOLD.key?.(DOTS.key?.(name) ?? name) ?? name,
  ...(DOTS.kept === undefined ? {} : { kept: DOTS.kept }),
};

Deno.test({
  name: "whoever restores onto such a disk: each name is told once, and no empty directory is left",
  ignore,
  fn: async () => {
    using dir = tempDir();
    const w = await world(dir);
    makeTree(w.source, STRAY);
    await bundle(w);
    const plain = testPorts();
    const { path } = await take(plain, w.source, dir.at("snapshots"));

    const onto = enginePorts([], withHabits(dir.at("t"), FOLDING_DOTS));
    const { errors } = await restoreHere(w.vault, dir.at("t"), {}, onto);
    assertEquals(errors.map((e) => e.path).sort(), STRAY_TOLD.filter((p) => p !== "D./sub."));
    assertEquals(listTree(dir.at("t")), ["N/", "N/b"]);

    const ports = testPorts(withHabits(dir.at("p"), FOLDING_DOTS));
    await restore(ports, path, dir.at("p"));
    assertEquals(errorsOf(ports.messages).sort(), STRAY_TOLD);
    assertEquals(listTree(dir.at("p")), ["D/", "D/sub/", "D/sub/z", "D/y", "N/", "N/b"]);

    const key = Deno.readTextFileSync(dir.at("key.txt"));
    const identities = [/^AGE-SECRET-KEY-.*$/m.exec(key)?.[0] ?? ""];
    const messages: Message[] = [];
    const root = dir.at("b");
    const fs = withHabits(root, FOLDING_DOTS);
    const request = { where: w.where, identities, paths: [], at: undefined, target: root };
    const asking = { ...enginePorts(messages, fs), ask: answering(linksBelow(fs, root)) };
    await bundleRestore(asking, { ...request, windows: false, self: SELF });
    assertEquals(errorsOf(messages).sort(), STRAY_TOLD);
    assertEquals(listTree(root), ["D/", "D/sub/", "D/sub/z", "D/y", "N/", "N/b"]);
    for (const m of [...messages, ...ports.messages]) {
      if (m.message_type === "error") assert(m.hint !== undefined, m.path);
    }
  },
});

Deno.test({
  name:
    "a portable snapshot: onto such a disk names that are listed are restored, the others reported",
  ignore,
  fn: async () => {
    using dir = tempDir();
    makeTree(dir.at("s"), DOTTED);
    const ports = testPorts();
    const { path } = await take(ports, dir.at("s"), dir.at("snapshots"));
    const root = dir.at("t");
    makeTree(root, { "b": "somebody's" });
    for (let run = 0; run < 2; run++) {
      const onto = testPorts(withHabits(root, DOTS));
      const { files, directories, links, bytes, errors } = await restore(onto, path, root);
      assertDotted(root, onto.messages);
      assertEquals([files, directories, links, bytes, errors], [3, 1, 2, "plainin dz".length, 5]);
      assertEquals(read(root, "b"), "somebody's");
    }
  },
});

Deno.test({
  name: "a bundle: onto such a disk names that are listed are restored, the others reported",
  ignore,
  fn: async () => {
    using dir = tempDir();
    const w = await world(dir);
    makeTree(w.source, DOTTED);
    await bundle(w);
    const root = dir.at("t");
    const key = Deno.readTextFileSync(dir.at("key.txt"));
    const identities = [/^AGE-SECRET-KEY-.*$/m.exec(key)?.[0] ?? ""];
    for (let run = 0; run < 2; run++) {
      const messages: Message[] = [];
      const fs = withHabits(root, DOTS);
      const ports = { ...enginePorts(messages, fs), ask: answering(linksBelow(fs, root)) };
      const request = { where: w.where, identities, paths: [], at: undefined, target: root };
      const answer = await bundleRestore(ports, { ...request, windows: false, self: SELF });
      assertDotted(root, messages);
      const { files, links, bytes } = answer;
      assertEquals([files, links, bytes], [5, 2, "plainin dzplainof d".length]);
    }
  },
});
