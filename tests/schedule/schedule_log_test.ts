/** The log of a scheduled run and the outcome that `status` reads. */

import { assert, assertEquals } from "@std/assert";
import type { SummaryMessage } from "../../src/base/event.ts";
import { type SmallFiles, smallFiles } from "../../src/base/small_files.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { logDir, openLog, readOutcome, textLine } from "../../src/report/log.ts";

const start = new Date(2026, 10, 21, 7, 38, 16).getTime();

function withState(work: (state: string, files: SmallFiles) => void): void {
  const state = Deno.makeTempDirSync({ dir: "/tmp" });
  try {
    work(state, smallFiles(denoFs));
  } finally {
    Deno.removeSync(state, { recursive: true });
  }
}

function ticking(): { now(): number; at: number } {
  return {
    at: start,
    now(): number {
      return this.at;
    },
  };
}

Deno.test("log: a run leaves a log and its outcome", () =>
  withState((state, files) => {
    const clock = ticking();
    const log = openLog({ files, clock, state, job: "my docs" });
    assertEquals(log.path, `${state}/logs/my%20docs/20261121_073816.log`);
    assertEquals(readOutcome(files, state, "my docs")?.result, "running");
    log.emit({
      message_type: "status",
      seconds_elapsed: 1,
      files_done: 1,
      bytes_done: 1,
      error_count: 0,
    });
    log.emit({
      message_type: "error",
      path: "a\nb",
      during: "read",
      code: "EACCES",
      message: "permission denied",
    });
    const summary = (vault: string, n: number): SummaryMessage => ({
      message_type: "summary",
      vault,
      files_new: n,
    });
    log.emit(summary("/v1", 1));
    log.emit(summary("/v2", 2));
    log.emit(summary("/v1", 3));
    clock.at += 12_345;
    const outcome = log.finish(3);
    assertEquals(log.problem(), undefined);
    assertEquals(readOutcome(files, state, "my docs"), outcome);
    assertEquals([outcome.result, outcome.exit, outcome.seconds, outcome.errors], [
      "incomplete",
      3,
      12.3,
      1,
    ]);
    assertEquals(outcome.summaries, [summary("/v2", 2), summary("/v1", 3)]);
    assertEquals(outcome.last_good, log.stamp);
    assertEquals(files.read(log.path)?.split("\n"), [
      "2026-11-21 07:38:16 error a\\nb: read: permission denied (EACCES)",
      "2026-11-21 07:38:16 summary vault=/v1 files_new=1",
      "2026-11-21 07:38:16 summary vault=/v2 files_new=2",
      "2026-11-21 07:38:16 summary vault=/v1 files_new=3",
      "2026-11-21 07:38:28 end incomplete, exit code 3, 12.3 s",
      "",
    ]);
    assertEquals(Deno.statSync(log.path).mode! & 0o077, 0);
  }));

Deno.test("log: a failed run keeps the last good one; two in a second have two logs", () =>
  withState((state, files) => {
    const clock = ticking();
    const options = { files, clock, state, job: "d" };
    const good = openLog(options);
    good.finish(0);
    const bad = openLog(options);
    assert(bad.stamp > good.stamp);
    const outcome = bad.finish(11, "vault locked by another run");
    assertEquals([outcome.result, outcome.last_good], ["failed", good.stamp]);
    assert(
      files.read(bad.path)?.endsWith(
        "end failed, exit code 11, 0 s: vault locked by another run\n",
      ),
    );
    assertEquals(openLog(options).finish(4).result, "stopped");
    assertEquals(openLog(options).finish(130).result, "interrupted");
  }));

Deno.test("log: kept by count, and nothing else is touched", () =>
  withState((state, files) => {
    const clock = ticking();
    const dir = logDir(state, "d");
    files.write(`${dir}/notes.txt`, "mine");
    const paths: string[] = [];
    for (let i = 0; i < 6; i++, clock.at += 60_000) {
      const log = openLog({ files, clock, state, job: "d", keep: 3 });
      log.finish(0);
      paths.push(log.path);
    }
    const names = paths.slice(3).map((path) => path.slice(dir.length + 1));
    assertEquals(files.list(dir), [...names, "last.json", "notes.txt"].sort());
  }));

Deno.test("log: JSON lines give every message back", () =>
  withState((state, files) => {
    const log = openLog({ files, clock: ticking(), state, job: "d", format: "jsonl" });
    const note = { message_type: "note", message: "hello", path: "x" } as const;
    log.emit(note);
    log.finish(0);
    const [first, last] = (files.read(log.path) ?? "").trim().split("\n").map((l) => JSON.parse(l));
    const time = new Date(start).toISOString();
    assertEquals(first, { ...note, time });
    assertEquals([last.message_type, last.result, last.exit], ["end", "ok", 0]);
  }));

Deno.test("log: a state directory that cannot be written harms nothing, and is said", () => {
  const full = (): never => {
    throw new Error("disk full");
  };
  const files: SmallFiles = {
    read: () => undefined,
    write: full,
    append: full,
    remove: full,
    list: () => [],
    dirs: () => [],
  };
  const log = openLog({ files, clock: ticking(), state: "/s", job: "d" });
  log.emit({ message_type: "note", message: "x" });
  assertEquals(log.finish(0).result, "ok");
  assertEquals(log.problem(), "disk full");
});

Deno.test("log: a long run is written while it goes on", () =>
  withState((state, files) => {
    const clock = ticking();
    const log = openLog({ files, clock, state, job: "d" });
    log.emit({ message_type: "note", message: "one" });
    assertEquals(files.read(log.path), "");
    clock.at += 2000;
    log.emit({ message_type: "note", message: "two" });
    assertEquals(files.read(log.path)?.split("\n").length, 3);
  }));

Deno.test("log: a damaged outcome is none, and no line holds a control character", () =>
  withState((state, files) => {
    for (const text of ["", "{", "null", "[]", '{"format":2}', '{"format":1,"stamp":3}']) {
      files.write(`${logDir(state, "d")}/last.json`, text);
      assertEquals(readOutcome(files, state, "d"), undefined, text);
    }
    const line = textLine({ message_type: "note", message: "\x1b[31m\r\n\t\x9b\x7f" }, start);
    assert(!/\p{Cc}/u.test(line), line);
  }));
