/** A vault that has runs beside one that has none: each thing is counted and told once in each. */

import { assertEquals } from "@std/assert";
import type { Message } from "../src/base/event.ts";
import { backup } from "../src/engine/backup/backup.ts";
import { denoFs } from "../src/platform/deno_fs.ts";
import { type Around, tapFs } from "../src/platform/doubles/tap.ts";
import { makeTree, tempDir } from "./cli_helper.ts";
import { backupRequest, enginePorts } from "./engine_helper.ts";

const COUNTED = [
  "files_new",
  "files_changed",
  "files_unmodified",
  "files_attrs",
  "files_deleted",
  "files_special",
  "files_excluded",
  "errors",
  "total_files_processed",
  "total_bytes_processed",
];

/** What a run says of each vault, and which errors it tells. */
async function told(
  source: string,
  vaults: string[],
  unreadable: string,
): Promise<{ counts: unknown[]; errors: string[] }> {
  const messages: Message[] = [];
  const around: Around = (call, work) => {
    if (call.path.startsWith(source) && call.path.endsWith(unreadable) && call.op !== "lstat") {
      throw Object.assign(new Error("Permission denied"), { code: "EACCES" });
    }
    return work();
  };
  // late enough that the times of files are believed
  const clock = { now: () => Date.now() + 3_600_000 };
  const ports = { ...enginePorts(messages, tapFs(denoFs, around)), clock };
  await backup(
    ports,
    backupRequest(source, vaults, {
      allowMassChange: true,
      rules: { exclude: ["left*"], excludeIfPresent: [], oneFileSystem: false },
    }),
  );
  return {
    counts: messages.flatMap((m) =>
      m.message_type === "summary"
        ? [COUNTED.map((key) => `${key} ${(m as unknown as Record<string, unknown>)[key]}`)]
        : []
    ),
    errors: messages.flatMap((m) => m.message_type === "error" ? [String(m.path)] : []),
  };
}

for (const unreadable of ["locked", "f.lock", "none"]) {
  Deno.test(`an old and a new vault in one run count as each alone, with ${unreadable} unreadable`, async () => {
    using dir = tempDir();
    const source = dir.at("source");
    makeTree(source, {
      "a": "1",
      "left.txt": "left out",
      "d": {
        "b": "2",
        "f.lock": "3",
        "left": { "x": "out" },
        "deep": { "c": "4", "locked": { x: "5" } },
      },
      "e": { "g": "6" },
      "same": { "s": "9", "left": "out", "below": { "t": "10" } },
    });
    const [old, alone, anew, newAlone] = ["old", "alone", "new", "new alone"].map((v) => dir.at(v));
    for (const vault of [old, alone]) await told(source, [vault ?? ""], "none");
    makeTree(source, { "d": { "b": "2 changed" }, "e": { "h": "7" }, "n": { "o": "8" } });
    const one = await told(source, [alone ?? ""], unreadable);
    const two = await told(source, [newAlone ?? ""], unreadable);
    const both = await told(source, [old ?? "", anew ?? ""], unreadable);
    assertEquals(both.counts, [...one.counts, ...two.counts]);
    assertEquals(both.errors.sort(), two.errors.sort());
    // and the other way round
    const last = await told(source, [dir.at("newer"), old ?? ""], unreadable);
    assertEquals(last.counts[0], two.counts[0]);
    assertEquals(last.errors.sort(), two.errors.sort());
  });
}
