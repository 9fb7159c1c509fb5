/** What is decided about one directory, by tables: the comparison, the guards, names that a vault cannot keep apart. */

import { assert, assertEquals } from "@std/assert";
import {
  compareDir,
  type CompareOptions,
  countsIfUnchanged,
  keepUnlessGone,
} from "../../src/engine/backup/compare/compare.ts";
import {
  type Candidates,
  enoughLiving,
  looksTripped,
  mayTrip,
  trippedGuard,
} from "../../src/engine/backup/compare/guards.ts";
import { passOver } from "../../src/engine/backup/compare/compare_directory.ts";
import { foldNames } from "../../src/engine/backup/compare/name_collisions.ts";
import type { SourceDir } from "../../src/engine/source/source_dir.ts";
import { packScanRow } from "../../src/vault/pieced_row.ts";
import { PackedRow, type ScanEntry } from "../../src/vault/scan_row.ts";
import { entry, INFO, known, laneVault, short, sourceDir, vaultDir } from "./backup_data.ts";
import { noCounts } from "../../src/engine/backup/counts.ts";
import type { LaneVault } from "../../src/engine/backup/lane_vault.ts";
import { MirrorLooks } from "../../src/engine/backup/mirror_looks.ts";
import type { SeenBefore, VaultDir } from "../../src/engine/backup/vault_dir.ts";

const OPTIONS: CompareOptions = { checksum: false, countLiving: () => 5, leavesOut: () => false };

interface Case {
  what: string;
  source: SourceDir;
  vault: VaultDir;
  options?: Partial<CompareOptions>;
  steps: string[];
  kept?: string[];
  counts?: Record<string, number>;
}

const one = (k: ScanEntry, more: Partial<VaultDir> = {}): VaultDir => vaultDir([k], more);

const LEFT_OUT = sourceDir([
  entry("a", "file", {}, true),
  entry("d", "dir", {}, true),
  entry("f"),
  entry("l", "link", {}, true),
  entry("s", "special", {}, true),
]);

const CASES: Case[] = [
  {
    what: "a file as it was",
    source: sourceDir([entry("f")]),
    vault: one(known("f")),
    steps: [],
    kept: ["f"],
    counts: { files_unmodified: 1, total_files_processed: 1, total_bytes_processed: 3 },
  },
  {
    what: "a file that is new, and one that is gone",
    source: sourceDir([entry("new")]),
    vault: one(known("old")),
    steps: ["add new", "delete old"],
    counts: { total_files_processed: 1, total_bytes_processed: 3 },
  },
  {
    what: "another size",
    source: sourceDir([entry("f", "file", { size: 4 })]),
    vault: one(known("f")),
    steps: ["update f surely"],
    counts: { total_files_processed: 1, total_bytes_processed: 4 },
  },
  ...[{ mtime: 2 }, { ctime: 2 }, { ino: 2 }].map((info) => ({
    what: `another ${Object.keys(info)[0]}`,
    source: sourceDir([entry("f", "file", info)]),
    vault: one(known("f")),
    steps: ["update f perhaps"],
  })),
  ...[{ mode: 0o600 }, { uid: 9 }, { gid: 9 }].map((info) => ({
    what: `another ${Object.keys(info)[0]}`,
    source: sourceDir([entry("f", "file", info)]),
    vault: one(known("f")),
    steps: ["attrs f"],
  })),
  {
    what: "the same under --checksum",
    source: sourceDir([entry("f")]),
    vault: one(known("f")),
    options: { checksum: true },
    steps: ["update f perhaps"],
  },
  {
    what: "a copy that the mirror lost",
    source: sourceDir([entry("f")]),
    vault: one(known("f"), { mirror: new Map() }),
    steps: ["repair f"],
  },
  {
    what: "a link whose record is lost",
    source: sourceDir([entry("l", "link")]),
    vault: one(known("l", "link"), { links: new Set() }),
    steps: ["repair l"],
  },
  {
    what: "a lost copy of a file that is gone",
    source: sourceDir([]),
    vault: one(known("f"), { mirror: new Map() }),
    steps: ["delete f lost"],
  },
  {
    what: "a file that became a link",
    source: sourceDir([entry("f", "link")]),
    vault: one(known("f")),
    steps: ["update f surely"],
  },
  {
    what: "a directory that became a file",
    source: sourceDir([entry("d")]),
    vault: one(known("d", "dir")),
    steps: ["deleteDir d for another", "add d"],
  },
  {
    what: "a file that became a directory",
    source: sourceDir([entry("f", "dir")]),
    vault: one(known("f")),
    steps: ["delete f", "addDir f"],
  },
  {
    what: "a directory that the mirror lost",
    source: sourceDir([entry("d", "dir")]),
    vault: one(known("d", "dir"), { mirror: new Map() }),
    steps: ["addDir d"],
  },
  {
    what: "a directory that is gone",
    source: sourceDir([]),
    vault: one(known("d", "dir")),
    steps: ["deleteDir d"],
  },
  {
    what: "a file that became a socket",
    source: sourceDir([entry("s", "special")]),
    vault: one(known("s")),
    steps: ["delete s"],
    counts: { files_special: 1 },
  },
  {
    what: "a file that a rule leaves out, and one that the vault has besides",
    source: sourceDir([entry("a", "file", {}, true), entry("b", "file", {}, true)]),
    vault: one(known("a")),
    steps: [],
    kept: ["a"],
    counts: { files_excluded: 2 },
  },
  {
    what: "a directory that a rule leaves out, with what lives in it",
    source: sourceDir([entry("d", "dir", {}, true)]),
    vault: one(known("d", "dir")),
    steps: [],
    kept: ["d"],
    counts: { files_excluded: 5 },
  },
  {
    what: "what a rule leaves out and the vault never had, beside a file that is as it was",
    source: LEFT_OUT,
    vault: one(known("f")),
    steps: [],
    kept: ["f"],
    counts: {
      files_excluded: 3,
      files_unmodified: 1,
      total_files_processed: 1,
      total_bytes_processed: 3,
    },
  },
  {
    what: "the same beside one that changed",
    source: sourceDir([entry("a", "file", {}, true), entry("f", "file", { size: 9 })]),
    vault: one(known("f")),
    steps: ["update f surely"],
    counts: { files_excluded: 1, total_files_processed: 1, total_bytes_processed: 9 },
  },
  {
    what: "a file that was left out and is not any more",
    source: sourceDir([entry("a"), entry("f", "file", {}, true)]),
    vault: one(known("f")),
    steps: ["add a"],
    kept: ["f"],
    counts: { files_excluded: 1, total_files_processed: 1, total_bytes_processed: 3 },
  },
  {
    what: "a name that could not be looked at",
    source: sourceDir([], { unseen: new Set(["f"]) }),
    vault: one(known("f")),
    steps: [],
    kept: ["f"],
  },
  {
    what: "a name that is not there and that a rule leaves out",
    source: sourceDir([]),
    vault: one(known("f")),
    options: { leavesOut: (path: string) => path === "d/f" },
    steps: [],
    kept: ["f"],
    counts: { files_excluded: 1 },
  },
];

Deno.test("compare: each difference is the step that it takes, and nothing else", () => {
  for (const { what, source, vault, options, steps, kept = [], counts } of CASES) {
    const { plan, counts: c } = compareDir(source, vault, { ...OPTIONS, ...options });
    assertEquals([...plan.steps].map(short), steps, what);
    assertEquals([...plan.kept.rows()].map((i) => plan.kept.name(i)), kept, what);
    assertEquals(plan.changed, steps.length > 0, what);
    if (counts === undefined) continue;
    assertEquals(Object.fromEntries(Object.entries(c).filter(([, n]) => n > 0)), counts, what);
  }
});

Deno.test("compare: a directory is written for its own attributes, or for want of a sound metadata file", () => {
  const same = vaultDir([]);
  const table: [string, SourceDir, VaultDir, boolean][] = [
    ["nothing", sourceDir([]), same, false],
    ["its time", sourceDir([], { info: { ...INFO, mtime: 2 } }), same, true],
    ["its mode", sourceDir([], { info: { ...INFO, mode: 0o700 } }), same, true],
    ["its metadata file", sourceDir([]), { ...same, metadataSound: false }, true],
    ["it is new", sourceDir([]), { ...same, known: undefined }, true],
  ];
  for (const [what, source, vault, changed] of table) {
    assertEquals(compareDir(source, vault, OPTIONS).plan.changed, changed, what);
  }
});

Deno.test("compare: subdirectories to go on with are those of the source, known ones named", () => {
  const source = sourceDir([entry("a", "dir"), entry("b", "dir"), entry("x", "dir", {}, true)]);
  const { plan } = compareDir(source, vaultDir([known("b", "dir"), known("x", "dir")]), OPTIONS);
  assertEquals([plan.subdirs, plan.knownDirs], [["a", "b"], ["b"]]);
});

Deno.test("compare: what went after the look stays for the next run, with what took its place", () => {
  const source = sourceDir([entry("d"), entry("f", "file", { size: 9 })]);
  const vault = vaultDir([known("d", "dir"), known("e", "dir"), known("f")]);
  const { plan } = compareDir(source, vault, OPTIONS);
  keepUnlessGone(plan, new Set(["e"]));
  assertEquals([...plan.steps].map(short), ["update f surely", "deleteDir e"]);
  assertEquals([...plan.kept.rows()].map((i) => plan.kept.name(i)), ["d"]);
});

Deno.test("compare: the quick answer is given where the closer look finds nothing, and nowhere else", () => {
  for (const { what, source, vault, options, steps } of CASES) {
    if (options !== undefined) continue;
    const entries = [...vault.known as ScanEntry[]];
    const packed = packScanRow({
      metadataSize: 0,
      metadataMtime: 0,
      mirrorMtime: 0,
      mirrorCtime: 0,
      mirrorIno: 0,
      entries,
    });
    const quick = countsIfUnchanged(source, PackedRow.open(packed) as PackedRow, vault);
    const { counts } = compareDir(source, vault, OPTIONS);
    if (steps.length > 0) assertEquals(quick, undefined, what);
    else if (quick !== undefined) assertEquals(quick, counts, what);
  }
});

/** A vault that has this of a directory. */
function runWith(entries: ScanEntry[], how: Partial<LaneVault> = {}): LaneVault {
  const row = PackedRow.open(packScanRow({
    metadataSize: 0,
    metadataMtime: 0,
    mirrorMtime: 1,
    mirrorCtime: 1,
    mirrorIno: 1,
    entries,
  }));
  const run = {
    counts: noCounts(),
    rowOf: () => row,
    see: () => ({ ...INFO, type: "dir" }),
    isLeft: () => true,
    isSound: () => true,
    ...how,
  };
  return run as unknown as LaneVault;
}

/** What passing over a directory comes to: what it gives, what was counted, and what was asked of each vault. */
function passed(source: SourceDir, runs: LaneVault[]): [number | undefined, number, SeenBefore[]] {
  const before: SeenBefore[] = [];
  const counts = passOver({ check: () => {}, runs, attributes: false }, source, before);
  return [
    counts?.total_files_processed,
    runs.reduce((n, { counts }) => n + counts.files_unmodified, 0),
    before,
  ];
}

Deno.test("passing over: where every vault has nothing to do, and no other directory is counted", () => {
  let over = 0;
  for (const { what, source, vault, options, steps } of CASES) {
    if (options !== undefined || !vault.metadataSound || vault.known === undefined) continue;
    const known = [...vault.known as ScanEntry[]];
    const hasAll = known.every(({ name, type }) => name === "" || vault.mirror.get(name) === type);
    const run = runWith(known, { isLeft: () => hasAll });
    const [files, counted, before] = passed(source, [run]);
    const { counts } = compareDir(source, vault, OPTIONS);
    if (files === undefined) {
      assertEquals([counted, before.length], [0, 1], what);
      assertEquals(before[0]?.row, run.rowOf(""), what);
    } else {
      over++;
      assertEquals([steps, run.counts], [[], counts], what);
    }
  }
  assert(over > 0);
});

Deno.test("passing over: what a rule leaves out needs no closer look, but where the vault has something of it", () => {
  assertEquals(passed(LEFT_OUT, [runWith([known("", "dir"), known("f")])]).slice(0, 2), [1, 1]);
  for (const name of ["a", "d", "s"]) {
    const has = [known(name, name === "d" ? "dir" : "file"), known("f")]
      .sort((a, b) => a.name < b.name ? -1 : 1);
    const [files] = passed(LEFT_OUT, [runWith([known("", "dir"), ...has])]);
    assertEquals(files, undefined, name);
  }
});

Deno.test("passing over: what was asked is handed on, trouble too, and one vault that needs more is enough", () => {
  const source = sourceDir([entry("f")]);
  const [same] = CASES;
  const entries = [...same?.vault.known as ScanEntry[]];
  const sound = (): LaneVault => runWith(entries);
  assertEquals(passed(source, [sound(), sound()]).slice(0, 2), [1, 2]);
  const gone = {
    ...sourceDir([entry("f")]),
    troubles: [{ path: "x", during: "scan" as const, code: "", message: "" }],
  };
  assertEquals(passed(gone, [sound()]), [undefined, 0, []]);
  const others: [Partial<LaneVault>, keyof SeenBefore][] = [
    [{ rowOf: () => undefined }, "row"],
    [{ see: () => undefined }, "mirror"],
    [{ see: () => ({ ...INFO, type: "file" }) }, "mirror"],
    [{ isLeft: () => false }, "mirror"],
    [{ isSound: () => false }, "mirror"],
    [
      {
        isSound: () => {
          throw new Error("EIO");
        },
      },
      "failed",
    ],
  ];
  for (const [other, handed] of others) {
    const [files, counted, before] = passed(source, [sound(), runWith(entries, other)]);
    assertEquals([files, counted, before.length], [undefined, 0, 2]);
    assert(handed in (before[1] ?? {}), handed);
  }
  assertEquals(passed(source, [runWith(entries, { failed: new Error() })]), [undefined, 0, []]);
  const looks = new MirrorLooks({ due: [], inodesRoam: false }, 1, () => 0);
  assertEquals(passed(source, [runWith(entries, { looks })]), [undefined, 0, []]);
});

const SEEN: Candidates = { files: 1000, blind: false, sure: 0, unsure: 0, living: 1000 };

Deno.test("guards: by what the look counted", () => {
  const table: [string, Partial<Candidates>, boolean, boolean][] = [
    ["nothing changed", {}, false, false],
    ["a hundred of a hundred and fifty", { sure: 100, living: 150 }, false, false],
    ["one more", { sure: 101, living: 150 }, true, true],
    ["more than a hundred, and half", { sure: 300, unsure: 200 }, true, false],
    ["one more than half", { sure: 300, unsure: 201 }, true, true],
    ["nothing there any more", { files: 0, sure: 3, living: 3 }, true, true],
    [
      "nothing there that could be seen",
      { files: 0, blind: true, sure: 3, living: 3 },
      true,
      false,
    ],
    ["nothing there, and nothing lost", { files: 0, living: 0 }, false, false],
  ];
  for (const [what, more, may, trips] of table) {
    const seen = { ...SEEN, ...more };
    assertEquals([mayTrip(seen), looksTripped(seen)], [may, trips], what);
    // no more is counted than is needed to say so
    const living = Math.min(seen.living, enoughLiving(seen));
    assertEquals(looksTripped({ ...seen, living }), trips, what);
  }
});

Deno.test("guards: by all that is there, moves are no change", () => {
  const none = { added: 0, changed: 0, gone: 0, moved: 0 };
  const emptied = { ...SEEN, files: 0, sure: 1000 };
  const table: [string, Candidates, Partial<typeof none>, string | undefined][] = [
    ["half changed", SEEN, { changed: 500 }, undefined],
    ["more than half", SEEN, { changed: 501 }, "guard_mass_change"],
    ["gone and changed together", SEEN, { changed: 250, gone: 251 }, "guard_mass_change"],
    ["all moved", SEEN, { added: 1000, gone: 1000, moved: 1000 }, undefined],
    ["emptied", emptied, { gone: 1000 }, "guard_empty_source"],
    ["all in new directories", emptied, { added: 1000, gone: 1000, moved: 1000 }, undefined],
    ["others in new directories", emptied, { added: 9, gone: 1000 }, "guard_mass_change"],
  ];
  for (const [what, seen, census, id] of table) {
    assertEquals(trippedGuard(seen, { ...none, ...census }, "/source")?.id, id, what);
  }
});

Deno.test("name collisions: whose name it is, and what is told of the other", () => {
  const blind = { case_sensitive: false };
  const table: [string, Parameters<typeof laneVault>, string[], string[], string[]][] = [
    ["names kept apart", [{}, false], ["a", "A"], ["a", "A"], []],
    ["the first one has it", [blind, false], ["a", "A"], ["a"], ["A"]],
    ["the one that lives has it", [blind, false, ["A"]], ["a", "A"], ["A"], ["a"]],
    ["none of them lives", [blind, false, ["b"]], ["a", "A"], ["a"], ["A"]],
    ["letters in two forms", [{ unicode: "nfc" }, false], ["é", "e\u0301"], ["é"], ["e\u0301"]],
    ["a name that Windows has for itself", [{}, true], ["con", "fine"], ["fine"], ["con"]],
  ];
  for (const [what, vault, names, stay, told] of table) {
    const run = laneVault(...vault);
    const { source, troubles } = foldNames(run, sourceDir(names.map((n) => entry(n))));
    assertEquals([...source.entries].map((e) => e.name), stay, what);
    assertEquals(troubles.map((t) => t.path), told.map((n) => `d/${n}`), what);
    assertEquals([...source.unseen], told, what);
  }
});

Deno.test("name collisions: what a rule leaves out takes no other's name", () => {
  const run = laneVault({ case_sensitive: false }, false);
  const { source, troubles } = foldNames(
    run,
    sourceDir([entry("A", "file", {}, true), entry("a")]),
  );
  assertEquals([[...source.entries].map((e) => e.name), troubles], [["A", "a"], []]);
});
