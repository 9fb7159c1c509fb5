/** Names that the disk of a vault or of a target takes for one: asked of the disk, whatever the reason (decision 17). */

import { assert, assertEquals } from "@std/assert";
import {
  isThere,
  listTree,
  makeTree,
  read,
  tempDir,
  type TreeSpec,
} from "../helpers/cli_helper.ts";
import { DOTS, FOLD, type Habits, withHabits } from "../helpers/disk_habits.ts";
import { backUp } from "../helpers/engine_helper.ts";
import { restoreHere } from "../helpers/restore_helper.ts";
import { enginePorts } from "../helpers/engine_helper.ts";
import type { Message } from "../../src/base/event.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
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
      assertKept(root, c, errorsOf(messages));
    },
  });
}

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

Deno.test({
  name:
    "a portable snapshot: onto such a disk the name that is listed is restored, the other is reported",
  ignore,
  fn: async () => {
    using dir = tempDir();
    makeTree(dir.at("s"), { "a": "plain", "a.": "dotted", "sub": { x: "x" }, "z": "z" });
    const ports = testPorts();
    const { path } = await take(ports, dir.at("s"), dir.at("snapshots"));
    const root = dir.at("t");
    makeTree(root, { "b": "somebody's" });
    const onto = testPorts(withHabits(root, DOTS));
    restore(onto, path, root);
    assertEquals(errorsOf(onto.messages), ["a."]);
    assertEquals([read(root, "a"), read(root, "z"), read(root, "b")], ["plain", "z", "somebody's"]);
  },
});
