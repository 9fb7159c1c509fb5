/** Faults in a lane that is not the engine's: the vault's part ends in all lanes, the other vault goes on, nothing is lost. */

import { assert, assertEquals } from "@std/assert";
import type { Message } from "../../src/base/event.ts";
import { backup, type VaultOutcome } from "../../src/engine/backup/backup.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { type Around, type Call, tapFs } from "../../src/platform/doubles/tap.ts";
import { makeTree, tempDir, type TreeSpec } from "../cli_helper.ts";
import { backUp, backupRequest, enginePorts } from "../engine_helper.ts";
import { lanesWith } from "../lanes_helper.ts";
import { contentsOf, filesOf, isTemporary, stateOf, tell } from "./tell.ts";

const DIRS = 40;
const FILES = 5;

function wide(text: string): TreeSpec {
  const tree: TreeSpec = {};
  for (let d = 0; d < DIRS; d++) {
    const dir: Record<string, string> = {};
    for (let f = 0; f < FILES; f++) dir[`f${f}`] = `${d} ${f} ${text}`;
    tree[`d${d}`] = dir;
  }
  return tree;
}

interface Run {
  outcomes: VaultOutcome[];
  messages: Message[];
  /** Calls that changed something, by lane (0 is the engine's), in their order. */
  changes: { lane: number; call: Call }[];
}

/** A backup with three lanes; `fault` stands in each call and is told the lane. */
async function run(
  source: string,
  vaults: string[],
  fault: (lane: number, call: Call) => void,
): Promise<Run> {
  const messages: Message[] = [];
  const changes: Run["changes"] = [];
  const fsOf = (lane: number): typeof denoFs => {
    const around: Around = (call, work) => {
      fault(lane, call);
      if (call.effect === "change") changes.push({ lane, call });
      return work();
    };
    return tapFs(denoFs, around);
  };
  const ports = enginePorts(messages, fsOf(0));
  ports.lanes = lanesWith([1, 2].map((lane) => ({ ...enginePorts([], fsOf(lane)) })));
  const request = backupRequest(source, vaults, { allowMassChange: true, flush: true });
  const outcomes = await backup(ports, request);
  return { outcomes, messages, changes };
}

/** An error of the system. */
function errorOf(code: string): Error {
  return Object.assign(new Error(code), { code });
}

for (const code of ["ENOSPC", "EIO"]) {
  for (const lane of [0, 1, 2]) {
    for (const first of [true, false]) {
      const what = `${code} in lane ${lane} of a ${first ? "first" : "later"} run`;
      Deno.test(`${what} ends that vault's part in every lane, and no other vault's`, async () => {
        using dir = tempDir();
        const [source, one, two] = [dir.at("source"), dir.at("one"), dir.at("two")];
        makeTree(source, wide("first"));
        if (!first) {
          await backUp(source, [one, two]);
          makeTree(source, wide("second"));
        }
        const known = first ? new Map<string, string>() : contentsOf(one);
        let writes = 0;
        let broken = false;
        const { outcomes, messages, changes } = await run(source, [one, two], (own, call) => {
          const inOne = call.path.startsWith(`${one}/d`);
          if (own !== lane || !inOne || call.op !== "file.write") return;
          broken = ++writes > 7;
          if (broken) throw errorOf(code);
        });
        assert(broken, "the lane had nothing to write");
        // the vault that failed says why, and is told once; the other one is whole
        const [bad, good] = outcomes;
        assert(
          bad?.failed?.message.includes(code === "ENOSPC" ? "full" : code),
          bad?.failed?.message,
        );
        assertEquals([good?.failed, good?.errors], [undefined, 0]);
        assertEquals(messages.filter((m) => m.message_type === "error").length, 1);
        assertEquals(tell(two).states.get(good?.stamp ?? "")?.size, stateOf(source).size);
        // after the failure the other lanes stop: at most what they had in their hands
        const last = changes.findLastIndex((c) =>
          c.lane === lane && c.call.path.startsWith(`${one}/d`)
        );
        const after = changes.slice(last + 1).filter((c) => c.call.path.startsWith(`${one}/d`));
        assert(
          after.length < 4 * 6 * FILES,
          `${after.length} more changes in the vault that failed`,
        );
        for (const [hash, path] of known) assert(contentsOf(one).has(hash), `${path} is lost`);
        const next = await backUp(source, [one, two], { allowMassChange: true });
        assertEquals(next.outcomes.map((o) => [o.failed, o.errors]), [[undefined, 0], [
          undefined,
          0,
        ]]);
        assertEquals(
          tell(one).states.get(next.outcomes[0]?.stamp ?? ""),
          stateOfVault(two, next.outcomes[1]),
        );
        assertEquals(filesOf(one).filter(isTemporary), []);
      });
    }
  }
}

function stateOfVault(
  vault: string,
  outcome: VaultOutcome | undefined,
): Map<string, string> | undefined {
  return tell(vault).states.get(outcome?.stamp ?? "");
}

Deno.test("no room for the record while lanes send their lines: the vault's part ends, the run does not", async () => {
  using dir = tempDir();
  const [source, one, two] = [dir.at("source"), dir.at("one"), dir.at("two")];
  makeTree(source, wide("first"));
  let full = false;
  const { outcomes } = await run(source, [one, two], (_, call) => {
    const record = call.path.startsWith(`${one}/.$META$/runs/`) && call.op === "file.write";
    if (record && full) throw errorOf("ENOSPC");
    full ||= record;
  });
  assert(outcomes[0]?.failed?.message.includes("full"), outcomes[0]?.failed?.message);
  assertEquals([outcomes[1]?.failed, outcomes[1]?.errors], [undefined, 0]);
  const next = await backUp(source, [one, two]);
  assertEquals(next.outcomes.map((o) => [o.failed, o.errors]), [[undefined, 0], [undefined, 0]]);
});
