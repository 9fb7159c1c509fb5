/** Faults in a lane that is not the engine's: the vault's part ends in all lanes, the other vault goes on, nothing is lost. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { HikaeError } from "../../src/base/errors.ts";
import type { Message } from "../../src/base/event.ts";
import { backup, type VaultOutcome } from "../../src/engine/backup/backup.ts";
import type { EnginePorts } from "../../src/engine/ports.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { type Around, type FsCall, tapFs } from "../../src/platform/doubles/tap.ts";
import {
  isThere,
  Link,
  LINKS,
  makeTree,
  spawn,
  tempDir,
  type TreeSpec,
} from "../helpers/cli_helper.ts";
import { backUp, backupRequest, enginePorts } from "../helpers/engine_helper.ts";
import { theIndex } from "../helpers/index_helper.ts";
import { lanesWith, soon } from "../helpers/lanes_helper.ts";
import { faultsDir } from "./world.ts";
import { contentsOf, filesOf, isTemporary, stateOf, tell } from "./tell.ts";

const DIRS = 40;
const FILES = 5;

function wide(text: string, dirs = DIRS, files = FILES): TreeSpec {
  const tree: TreeSpec = {};
  for (let d = 0; d < dirs; d++) {
    const dir: Record<string, string> = {};
    for (let f = 0; f < files; f++) dir[`f${f}`] = `${d} ${f} ${text}`;
    tree[`d${d}`] = dir;
  }
  return tree;
}

/** Trees that lanes share by the directory, and by parts of directories. */
const SHAPES = {
  "many directories": (text: string): TreeSpec => wide(text),
  "two large directories": (text: string): TreeSpec => wide(text, 2, 150),
};

interface Run {
  outcomes: VaultOutcome[];
  messages: Message[];
  /** Calls that changed something, by lane (0 is the engine's), in their order. */
  changes: { lane: number; call: FsCall }[];
}

/** A backup with three lanes; `fault` stands in each call and is told the lane. */
async function run(
  source: string,
  vaults: string[],
  fault: (lane: number, call: FsCall) => void,
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

// under Wine a case takes a minute
const CODES = Deno.build.os === "windows" ? ["ENOSPC"] : ["ENOSPC", "EIO"];

for (const [shape, tree] of Object.entries(SHAPES)) {
  for (const code of CODES) {
    for (const lane of [0, 1, 2]) {
      for (const first of [true, false]) {
        const what = `${shape}: ${code} in lane ${lane} of a ${first ? "first" : "later"} run`;
        Deno.test(`${what} ends that vault's part in every lane, and no other vault's`, async () => {
          using dir = faultsDir();
          const [source, one, two] = [dir.at("source"), dir.at("one"), dir.at("two")];
          makeTree(source, tree("first"));
          if (!first) {
            await backUp(source, [one, two]);
            makeTree(source, tree("second"));
          }
          const known = first ? new Map<string, string>() : contentsOf(one);
          let writes = 0;
          let broken = false;
          const { outcomes, messages, changes } = await run(source, [one, two], (own, call) => {
            const inOne = call.path.startsWith(join(one, "d"));
            if (!inOne || call.op !== "file.write") return;
            if (own === lane) broken ||= ++writes > 7;
            // what one lane could not read of a directory, the directory's own lane tries once more
            if (broken && (own === lane || shape !== "many directories")) throw errorOf(code);
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
            c.lane === lane && c.call.path.startsWith(join(one, "d"))
          );
          const after = changes.slice(last + 1).filter((c) =>
            c.call.path.startsWith(join(one, "d"))
          );
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
}

function stateOfVault(
  vault: string,
  outcome: VaultOutcome | undefined,
): Map<string, string> | undefined {
  return tell(vault).states.get(outcome?.stamp ?? "");
}

Deno.test("no room for the record while lanes send their lines: the vault's part ends, the run does not", async () => {
  using dir = faultsDir();
  const [source, one, two] = [dir.at("source"), dir.at("one"), dir.at("two")];
  makeTree(source, wide("first"));
  let full = false;
  const { outcomes } = await run(source, [one, two], (_, call) => {
    const record = call.path.startsWith(join(one, ".$META$", "runs/")) && call.op === "file.write";
    if (record && full) throw errorOf("ENOSPC");
    full ||= record;
  });
  assert(outcomes[0]?.failed?.message.includes("full"), outcomes[0]?.failed?.message);
  assertEquals([outcomes[1]?.failed, outcomes[1]?.errors], [undefined, 0]);
  const next = await backUp(source, [one, two]);
  assertEquals(next.outcomes.map((o) => [o.failed, o.errors]), [[undefined, 0], [undefined, 0]]);
});

Deno.test("no room for the record's lines about the source: the vault's part ends, the run does not", async () => {
  using dir = faultsDir();
  const [source, one, two] = [dir.at("source"), dir.at("one"), dir.at("two")];
  makeTree(source, { d0: wide("x", 1, 1000).d0 ?? {} });
  let heads = 0;
  const fs = tapFs(denoFs, (call, work) => {
    if (call.op === "open" && call.path.startsWith(join(source, "d0"))) throw errorOf("EACCES");
    const record = call.path.startsWith(join(one, ".$META$", "runs/")) && call.op === "file.write";
    if (record && heads++ > 0) throw errorOf("ENOSPC");
    return work();
  });
  const [bad, good] = await backup(enginePorts([], fs), backupRequest(source, [one, two]));
  assert(bad?.failed?.message.includes("full"), bad?.failed?.message);
  assertEquals([good?.failed, good?.errors], [undefined, 1000]);
});

Deno.test("a lane that cannot open the index of a vault asks its records", async () => {
  using dir = faultsDir();
  const [source, one, two] = [dir.at("source"), dir.at("one"), dir.at("two")];
  makeTree(source, wide("first"));
  await backUp(source, [one, two]);
  makeTree(source, wide("second"));
  const base = enginePorts();
  const index = theIndex(one);
  let refused = 0;
  const sick: EnginePorts = {
    ...base,
    openDatabase: (path, options) => {
      if (path === index) {
        refused++;
        throw errorOf("EBUSY");
      }
      return base.openDatabase(path, options);
    },
  };
  const ports = { ...base, lanes: lanesWith([sick]) };
  const request = backupRequest(source, [one, two], { allowMassChange: true });
  const outcomes = await backup(ports, request);
  assertEquals(refused, 1);
  assertEquals(outcomes.map((o) => [o.failed, o.errors]), [[undefined, 0], [undefined, 0]]);
  const next = await backUp(source, [one, two], { allowMassChange: true });
  assertEquals(next.outcomes.map((o) => [o.failed, o.errors]), [[undefined, 0], [undefined, 0]]);
});

for (const what of ["interrupted", "a mistake"]) {
  for (const [shape, tree] of Object.entries(SHAPES)) {
    Deno.test(`${shape}: ${what} in any lane ends the run: no lane works on when the lock is let go`, async () => {
      for (const lane of [0, 1, 2]) {
        using dir = faultsDir();
        const [source, vault] = [dir.at("source"), dir.at("vault")];
        makeTree(source, tree("first"));
        let cancelled = false;
        let writes = 0;
        let calls = 0;
        const fsOf = (own: number): typeof denoFs =>
          tapFs(denoFs, (call, work) => {
            calls++;
            if (own === lane && call.op === "file.write" && ++writes > 9) {
              if (what === "a mistake") throw new HikaeError("internal", "a mistake");
              cancelled = true;
            }
            return work();
          });
        const own = (lane: number): EnginePorts => ({
          ...enginePorts([], fsOf(lane)),
          cancelled: () => cancelled,
          cancel: () => void (cancelled = true),
        });
        const ports = { ...own(0), lanes: lanesWith([own(1), own(2)]) };
        const request = backupRequest(source, [vault], { flush: true });
        const end = await soon(
          backup(ports, request).then(
            (outcomes) => outcomes[0]?.errors === 0 ? "done" : "errors",
            (error) => error.id,
          ),
        );
        const ends = what === "interrupted" ? ["interrupted"] : ["errors"];
        // where the lane read a part of a directory, the directory's own lane read it once more
        if (what === "a mistake" && shape !== "many directories") ends.push("done");
        assert(ends.includes(`${end}`), `lane ${lane}: ${end}`);
        const before = calls;
        await new Promise((resolve) => setTimeout(resolve, 50));
        assertEquals(calls, before, "a lane still works");
        const next = await backUp(source, [vault]);
        assertEquals(next.outcomes.map((o) => [o.failed, o.errors]), [[undefined, 0]]);
      }
    });
  }
}

Deno.test({
  name: "Ctrl-C ends the program with 130 while its lanes work, and the next run mends",
  ignore: Deno.build.os === "windows",
  async fn(): Promise<void> {
    using dir = tempDir();
    const [source, vault] = [dir.at("source"), dir.at("vault")];
    for (let d = 0; d < 200; d++) makeTree(dir.at("source", `d${d}`), wide("deep").d1 as TreeSpec);
    const child = spawn(["backup", source, vault, "--quiet"], {
      env: { HIKAE_STATE_DIR: dir.at("state") },
    });
    const output = child.output();
    let over = false;
    output.then(() => over = true);
    const begun = (): boolean => isThere(vault) && [...Deno.readDirSync(vault)].length > 20;
    while (!begun() && !over) await new Promise((resolve) => setTimeout(resolve, 2));
    child.kill("SIGINT");
    const end = await soon(output);
    if (end === undefined) child.kill("SIGKILL");
    await output;
    // a machine in no hurry may have come to the end before
    assert(end !== undefined && (end.code === 130 || end.code === 0), `${end?.code}`);
    const next = await backUp(source, [vault]);
    assertEquals(next.outcomes.map((o) => [o.failed, o.errors]), [[undefined, 0]]);
  },
});

/** The paths in which two states differ. */
function unlike(a: Map<string, string> | undefined, b: Map<string, string>): string[] {
  return [...new Set([...a?.keys() ?? [], ...b.keys()])].filter((k) => a?.get(k) !== b.get(k));
}

/** What a run with a fault in one call of one lane comes to, and the next one. */
async function failOnce(shape: TreeSpec, lane: number, nth: number, code: string): Promise<void> {
  using dir = faultsDir();
  const [source, vault] = [dir.at("source"), dir.at("vault")];
  makeTree(source, shape);
  let n = 0;
  let failed: FsCall | undefined;
  const { outcomes, messages } = await run(source, [vault], (own, call) => {
    const inDir = call.path.includes(`${"d0"}/`) || call.path.includes(`${"d1"}/`);
    if (own !== lane || !inDir || ++n !== nth) return;
    failed = call;
    throw errorOf(code);
  });
  const told = messages.filter((m) => m.message_type === "error").length;
  const [outcome] = outcomes;
  const what = `${code} at call ${nth} of lane ${lane}: ${failed?.op} ${failed?.path}`;
  // another lane meets it once more: what failed once has been done then
  assert(outcome?.failed === undefined || told > 0, what);
  const lives = tell(vault).states.get(outcome?.stamp ?? "");
  if (outcome?.failed === undefined && told === 0) {
    assertEquals(unlike(lives, stateOf(source)), [], what);
  }
  const next = await backUp(source, [vault]);
  assertEquals(next.outcomes.map((o) => [o.failed, o.errors]), [[undefined, 0]], what);
  const last = tell(vault).states.get(next.outcomes[0]?.stamp ?? "");
  assertEquals(unlike(last, stateOf(source)), [], what);
  assertEquals(filesOf(vault).filter(isTemporary), [], what);
}

Deno.test("a call that fails once in a lane that reads a part of a directory leaves nothing undone", async () => {
  const step = Deno.build.os === "windows" ? 97 : 23;
  for (const code of ["EACCES", "EIO", "EBUSY"]) {
    for (const lane of [1, 2]) {
      for (let nth = 1; nth < 200; nth += step) await failOnce(wide("x", 2, 150), lane, nth, code);
    }
  }
});

Deno.test("what a lane that reads a part of a directory could not clear away, the directory's own lane does", async () => {
  using dir = faultsDir();
  const [source, vault] = [dir.at("source"), dir.at("vault")];
  makeTree(source, wide("x", 1, 150));
  for (const hasOwnNames of [true, false]) {
    let left = 0;
    if (!hasOwnNames) makeTree(source, wide("y", 1, 150));
    const { outcomes } = await run(source, [vault], (own, call) => {
      const isWritten = call.path.startsWith(vault) && call.path.includes("d0");
      if (own === 0 || !isWritten || isTemporary(call.path) === hasOwnNames) return;
      if (call.op === "remove") left++;
      if (call.op === "remove" || call.op === "file.utime") throw errorOf("EBUSY");
    });
    assertEquals(outcomes.map((o) => [o.failed, o.errors]), [[undefined, 0]]);
    assert(left > 0, `${hasOwnNames}`);
    assertEquals(filesOf(vault).filter(isTemporary), []);
    assertEquals(unlike(tell(vault).states.get(outcomes[0]?.stamp ?? ""), stateOf(source)), []);
  }
});

Deno.test("what lanes have read for a directory is cleared away when the run is cancelled", async () => {
  using dir = faultsDir();
  const [source, vault] = [dir.at("source"), dir.at("vault")];
  makeTree(source, wide("x", 1, 400));
  let cancelled = false;
  let placed = 0;
  const ports = (fs = denoFs): EnginePorts => ({
    ...enginePorts([], fs),
    cancelled: () => cancelled,
    cancel: () => void (cancelled = true),
  });
  const tapped = tapFs(denoFs, (call, work) => {
    if (call.op === "file.utime" && call.path.includes("d0")) cancelled ||= ++placed > 60;
    return work();
  });
  const lanes = lanesWith([ports(tapped), ports(tapped)]);
  const end = await soon(
    backup({ ...ports(tapped), lanes }, backupRequest(source, [vault]))
      .then(() => "done", (error) => error.id),
  );
  assertEquals(end, "interrupted");
  const left = filesOf(vault).filter(isTemporary);
  assert(left.length < 20, `${left.length} temporary files are left`);
  const next = await backUp(source, [vault]);
  assertEquals(next.outcomes.map((o) => [o.failed, o.errors]), [[undefined, 0]]);
});

/** A later run that dies at its n-th change, whichever lane makes it; the next one must mend. False when it came to its end. */
async function dieAt(nth: number): Promise<boolean> {
  using dir = faultsDir();
  const [source, vault] = [dir.at("source"), dir.at("vault")];
  makeTree(source, wide("first", 1, 150));
  await backUp(source, [vault]);
  const known = contentsOf(vault);
  makeTree(source, { ...wide("second", 1, 150), ...wide("first", 2, 100) });
  let changes = 0;
  const death = run(source, [vault], (_, call) => {
    if (call.effect === "change") changes++;
    if (changes >= nth) throw errorOf("EIO");
  }).then(() => {}, () => {});
  assertEquals(await soon(death.then(() => "over")), "over", `died at change ${nth}: hangs`);
  const what = `died at change ${nth}`;
  for (const [hash, path] of known) assert(contentsOf(vault).has(hash), `${what}: ${path} is lost`);
  const next = await backUp(source, [vault], { allowMassChange: true });
  assertEquals(next.outcomes.map((o) => [o.failed, o.errors]), [[undefined, 0]], what);
  const last = tell(vault).states.get(next.outcomes[0]?.stamp ?? "");
  assertEquals(unlike(last, stateOf(source)), [], what);
  for (const [hash, path] of known) assert(contentsOf(vault).has(hash), `${what}: ${path} is lost`);
  assertEquals(filesOf(vault).filter(isTemporary), [], what);
  return changes >= nth;
}

Deno.test("dead at any change while lanes read parts of a directory: nothing is lost, and the next run mends", async () => {
  const step = Deno.build.os === "windows" ? 211 : 61;
  let deaths = 0;
  for (let nth = 2; await dieAt(nth); nth += step) deaths++;
  assert(deaths > 3, `${deaths}`);
});

Deno.test("lanes without a directory of their own read parts of one, and its own lane alone places them", async () => {
  using dir = faultsDir();
  const [source, one, two] = [dir.at("source"), dir.at("one"), dir.at("two")];
  makeTree(source, wide("x", 1, 300));
  const { outcomes, changes } = await run(source, [one, two], () => {});
  assertEquals(outcomes.map((o) => [o.failed, o.errors]), [[undefined, 0], [undefined, 0]]);
  const by = (op: string): number[] =>
    [0, 1, 2].map((lane) => changes.filter((c) => c.lane === lane && c.call.op === op).length);
  const written = by("file.write");
  // in this one thread a lane that is quick may be free again before another one's turn
  assert(written.filter((n) => n > 50).length > 1, `written: ${written}`);
  const renamed = changes.filter((c) => c.call.op === "rename" && c.call.to?.includes(`d0`));
  assertEquals(new Set(renamed.map((c) => c.lane)).size, 1);
  for (const vault of [one, two]) {
    const stamp = outcomes[vault === one ? 0 : 1]?.stamp ?? "";
    assertEquals(tell(vault).states.get(stamp), stateOf(source));
  }
});

Deno.test("a large directory of nothing but links is not offered to other lanes again and again", async () => {
  using dir = faultsDir();
  const [source, vault] = [dir.at("source"), dir.at("vault")];
  const links: TreeSpec = {};
  for (let i = 0; i < 400; i++) links[`l${i}`] = LINKS ? new Link(`${i}`) : "";
  makeTree(source, { links });
  const ports = enginePorts();
  let parts = 0;
  ports.lanes = lanesWith([enginePorts(), enginePorts()], (message) => {
    const { piece } = message as { piece?: { part?: { files: unknown[] } } };
    if (piece?.part?.files.length === 0) parts++;
  });
  const [outcome] = await backup(ports, backupRequest(source, [vault]));
  assertEquals([outcome?.failed, outcome?.errors], [undefined, 0]);
  assertEquals(tell(vault).states.get(outcome?.stamp ?? ""), stateOf(source));
  assert(parts < 10, `${parts} parts with nothing in them`);
});
