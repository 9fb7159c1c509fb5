/** What `plugin test` tells a hook: a sample run, or a real one from a vault's records. @module */

import { join } from "@std/path";
import { HikaeError } from "../../base/errors.ts";
import type { BackupResult, PlanEntry, RunContext, VaultSummary } from "../../plugins/api.ts";
import { addDirectory, emptyBatch, type FilterBatch } from "../../plugins/batch.ts";
import type { HookName } from "../../plugins/entry.ts";
import type { RunFacts } from "../../plugins/set.ts";
import { META, ROOT_FILES } from "../../vault/names.ts";
import { parseHead, parseLine, recordStamp } from "../../vault/record.ts";
import { text } from "../../text/text.ts";

/** A run to tell of. */
export interface SampleRun {
  facts: RunFacts;
  result: Omit<BackupResult, keyof RunContext>;
}

const COUNTS = {
  files_new: 3,
  files_changed: 2,
  files_deleted: 1,
  files_unmodified: 40,
  files_attrs: 0,
  files_repaired: 0,
  files_special: 0,
  files_excluded: 4,
  dirs_new: 1,
  dirs_deleted: 0,
  bytes_added: 1_234_567,
  total_files_processed: 45,
  total_bytes_processed: 98_765_432,
  total_duration: 1.5,
  errors: 0,
};

/** A made-up run. */
export function sampleRun(source: string, now: Date): SampleRun {
  const vault = join(source, "..", "sample-vault");
  const stamp = "20261121_073816";
  return {
    facts: {
      job: "sample",
      source,
      vaults: [vault],
      stamp,
      started: now.toISOString(),
      host: "sample",
      dryRun: false,
    },
    result: {
      outcome: "done",
      exitCode: 0,
      summaries: [{ vault, stamp, ...COUNTS }],
      problems: [],
      pluginsFailed: [],
    },
  };
}

/** The run of `vault` with the stamp `at`, or its newest, as its record tells it. */
export function pastRun(vault: string, at: string | undefined): SampleRun {
  const dir = join(vault, META, ROOT_FILES.runs);
  const stamps = recordStamps(dir).filter((s) => at === undefined || s === at);
  const none = (why: string): HikaeError =>
    new HikaeError("no_such_snapshot", text("plugin.runs", { vault, why }), {
      path: vault,
      hint: text("plugin.runs-hint", { vault }),
    });
  for (const stamp of stamps.sort().reverse()) {
    const run = readRun(join(dir, `${stamp}.jsonl`), vault);
    if (run !== undefined) return run;
  }
  throw none(at === undefined ? text("plugin.no-run") : text("plugin.no-run-at", { stamp: at }));
}

/** The hook's argument, besides what every hook is told. */
export function argumentFor(hook: HookName, run: SampleRun, listed?: FilterBatch): object {
  const { vault = "" } = run.result.summaries[0] ?? {};
  switch (hook) {
    case "preBackup":
      return {};
    case "filter":
      return { batch: listed ?? sampleBatch() };
    case "postBackup":
      return run.result;
    case "preCleanup":
      return { command: "prune", vault, entries: plan() };
    case "postCleanup":
      return {
        command: "prune",
        vault,
        versionsRemoved: 2,
        snapshotsForgotten: 1,
        protected: 0,
        bytesFreed: 5321,
        pluginsFailed: [],
      };
    case "onError":
      return {
        command: "backup",
        problem: { code: "source_missing", message: text("plugin.sample-failure") },
        pluginsFailed: [],
      };
  }
}

/** A batch of the entries of a real directory and those below it, `max` entries at most. */
export function listBatch(root: string, max = 2000): FilterBatch {
  const batch = emptyBatch();
  const dirs = [""];
  let count = 0;
  for (const dir of dirs) {
    const entries = [...Deno.readDirSync(join(root, dir))].slice(0, max - count).map((e) => {
      const info = Deno.lstatSync(join(root, dir, e.name));
      const type = e.isFile ? "file" : e.isDirectory ? "dir" : e.isSymlink ? "link" : "special";
      const size = e.isFile ? info.size : 0;
      return { name: e.name, type, size, mtime: info.mtime?.getTime() ?? 0 } as const;
    });
    addDirectory(batch, dir, entries);
    count += entries.length;
    if (count >= max) break;
    const below = entries.filter((e) => e.type === "dir");
    dirs.push(...below.map((e) => dir === "" ? e.name : `${dir}/${e.name}`));
  }
  return batch;
}

const plan = (): PlanEntry[] => [
  {
    id: 1,
    kind: "version",
    path: "notes/todo.txt",
    from: "20261001_080000",
    to: "20261002_080000",
    size: 1234,
    reason: text("rule.not-needed"),
  },
  {
    id: 2,
    kind: "version",
    path: "dear/letter.txt",
    from: "20261001_080000",
    to: "20261003_080000",
    size: 4087,
    reason: text("rule.not-needed"),
  },
  {
    id: 3,
    kind: "snapshot",
    path: "",
    from: "20261001_080000",
    size: 0,
    reason: text("rule.none"),
  },
];

function sampleBatch(): FilterBatch {
  const batch = emptyBatch();
  const mtime = Date.UTC(2026, 10, 21);
  const file = (
    name: string,
    size: number,
    age = 0,
  ): Parameters<typeof addDirectory>[2][number] => ({
    name,
    type: "file",
    size,
    mtime: mtime - age * 86_400_000,
  });
  addDirectory(batch, "", [
    file("todo.txt", 120),
    file("film.mkv", 4_000_000_000),
    file("todo.txt.bak", 118, 400),
    { name: "cache", type: "dir", size: 0, mtime },
    { name: "current", type: "link", size: 0, mtime },
  ]);
  addDirectory(batch, "cache", [file("CACHEDIR.TAG", 43), file("0001.tmp", 65_536, 3)]);
  return batch;
}

function recordStamps(dir: string): string[] {
  try {
    return [...Deno.readDirSync(dir)].flatMap((entry) => recordStamp(entry.name) ?? []);
  } catch {
    return [];
  }
}

function readRun(file: string, vault: string): SampleRun | undefined {
  if (!Deno.lstatSync(file).isFile) return undefined;
  const lines = Deno.readTextFileSync(file).trimEnd().split("\n");
  const head = parseHead(lines[0] ?? "");
  if (head === undefined || head.kind !== "run") return undefined;
  const last = parseLine(lines.at(-1) ?? "");
  const done = last?.kind === "summary" ? last : undefined;
  const { stamp, source, host, time } = head;
  const zero = Object.fromEntries(Object.keys(COUNTS).map((key) => [key, 0])) as typeof COUNTS;
  const counts = Object.fromEntries(
    Object.entries(done ?? {}).filter(([key, value]) => key in COUNTS && typeof value === "number"),
  );
  const summary: VaultSummary = { vault, stamp, ...zero, ...counts };
  const problems = lines.flatMap((line) => {
    const parsed = line.includes('"kind":"error"') ? parseLine(line) : undefined;
    return parsed?.kind === "error"
      ? [{ code: parsed.code, message: parsed.message, path: parsed.path }]
      : [];
  }).slice(0, 100);
  const outcome = done === undefined ? "interrupted" : summary.errors > 0 ? "incomplete" : "done";
  const exitCode = outcome === "done" ? 0 : outcome === "incomplete" ? 3 : 130;
  return {
    facts: { source, vaults: [vault], stamp, started: time, host, dryRun: false },
    result: { outcome, exitCode, summaries: [summary], problems, pluginsFailed: [] },
  };
}
