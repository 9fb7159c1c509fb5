/** Whether it is a mass change that a run is about to store is counted by what the look saw of a vault far away. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { AheadCalls } from "../../src/base/ahead.ts";
import type { Message } from "../../src/base/event.ts";
import { backup, type VaultOutcome } from "../../src/engine/backup/backup.ts";
import { eachSeenFar } from "../../src/engine/backup/run_tasks.ts";
import type { ChangedDir } from "../../src/engine/backup/look_result.ts";
import type { Lane } from "../../src/engine/backup/lane.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { tapFs } from "../../src/platform/doubles/tap.ts";
import { makeTree, tempDir } from "../helpers/cli_helper.ts";
import { backupRequest, enginePorts } from "../helpers/engine_helper.ts";

const DIRS = 120;

/** What a run came to, and what it asked of the mirror before it wrote anything. */
interface Counted {
  outcome: VaultOutcome | undefined;
  asked: number;
}

async function run(
  source: string,
  vault: string,
  { hours, allowMassChange = false }: { hours: number; allowMassChange?: boolean },
): Promise<Counted> {
  const messages: Message[] = [];
  let asked = 0;
  let isWriting = false;
  const fs = tapFs(denoFs, ({ op, path, effect }, work) => {
    if (path.includes("runs") && effect === "change") isWriting = true;
    if (!isWriting && (op === "lstat" || op === "list") && /v[\\/]d\d+/.test(path)) asked++;
    return work();
  });
  const ahead: AheadCalls = {
    lstat: (path) => Promise.resolve().then(() => fs.lstat(path)),
    list: (path) => Promise.resolve().then(() => fs.list(path)),
    read: (path) => Promise.resolve().then(() => Deno.readFileSync(path)),
  };
  const clock = { now: (): number => Date.now() + hours * 3_600_000 };
  const request = backupRequest(source, [vault], { allowMassChange });
  const vaults = request.vaults.map((v) => ({ ...v, far: true as const }));
  const ports = { ...enginePorts(messages, fs), ahead, clock };
  const [outcome] = await backup(ports, { ...request, vaults });
  return { outcome, asked };
}

Deno.test("backup far away: to count a mass change costs no look at a directory that was looked at, and it counts the same", async () => {
  const asked = await Promise.all([false, true].map(async (allowMassChange) => {
    using dir = tempDir();
    const [s, v] = [dir.at("s"), dir.at("v")];
    const dirs = Array.from({ length: DIRS }, (_, i) => [`d${i}`, { f: `${i}` }]);
    makeTree(s, Object.fromEntries(dirs));
    for (const hours of [0, 1]) await run(s, v, { hours });
    // touched, and nothing else: a mass touch is no mass change
    for (let i = 0; i < DIRS; i++) Deno.utimeSync(join(s, `d${i}`, "f"), 1e9, 1e9 + i);
    const touched = await run(s, v, { hours: 2, allowMassChange });
    assertEquals(touched.outcome?.failed, undefined);
    for (let i = 0; i < DIRS; i++) Deno.writeTextFileSync(join(s, `d${i}`, "f"), "scrambled");
    const scrambled = await run(s, v, { hours: 3, allowMassChange });
    assertEquals(scrambled.outcome?.failed?.id, allowMassChange ? undefined : "guard_mass_change");
    return touched.asked;
  }));
  assertEquals(asked[0], asked[1]);
  assert((asked[0] ?? 0) >= DIRS);
});

Deno.test("backup far away: of what no look told, many are seen at once before they are counted", async () => {
  let [under, most, shown] = [0, 0, 0];
  const lane = {
    see: async () => {
      most = Math.max(most, ++under);
      await Promise.resolve();
      under--;
      return () => void shown++;
    },
    forget: () => {},
  } as unknown as Lane;
  const done: string[] = [];
  const dirs = Array.from({ length: 70 }, (_, i): ChangedDir => ({
    path: `d${i}`,
    gone: [],
    files: 1,
    ...(i % 10 === 0 ? { mirrors: [undefined] } : {}),
  }));
  await eachSeenFar(lane, dirs, ({ path }) => Promise.resolve(void done.push(path)));
  assertEquals(done, dirs.map(({ path }) => path));
  assertEquals([shown, most > 16], [63, true]);
});
