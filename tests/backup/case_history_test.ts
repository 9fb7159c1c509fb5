/** Histories in which names change by case alone, in a vault that folds case: every snapshot reads as it was. */

import fc from "fast-check";
import "../helpers/seed.ts";
import { assertEquals } from "@std/assert";
import { dirname, join } from "@std/path";
import type { Message } from "../../src/base/event.ts";
import { backup } from "../../src/engine/backup/backup.ts";
import { cleanup } from "../../src/engine/maintain/cleanup.ts";
import { prune } from "../../src/engine/maintain/prune.ts";
import { reindex } from "../../src/engine/maintain/reindex.ts";
import type { EnginePorts } from "../../src/engine/ports.ts";
import { verify } from "../../src/engine/verify/verify.ts";
import { stepping } from "../../src/platform/doubles/stepping.ts";
import { tapFs, tapSql } from "../../src/platform/doubles/tap.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { caseless } from "../helpers/caseless.ts";
import { isThere, removeTree, tempDir } from "../helpers/cli_helper.ts";
import { backupRequest, enginePorts } from "../helpers/engine_helper.ts";
import { tell } from "../faults/tell.ts";

const NAMES = ["a", "A", "dir", "Dir", "DIR", "x.txt", "X.TXT"];

/** A change: a path gets a file, becomes a directory, or goes. */
interface Change {
  path: readonly string[];
  what: "file" | "dir" | "gone";
}

const change: fc.Arbitrary<Change> = fc.record({
  path: fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 }),
  what: fc.constantFrom("file" as const, "file" as const, "dir" as const, "gone" as const),
});

const runs = fc.array(fc.array(change, { minLength: 1, maxLength: 5 }), {
  minLength: 3,
  maxLength: 6,
});

let contents = 0;

/** Removes what is in the way of a path: other spellings, and files where directories must be. */
function clear(root: string, path: readonly string[]): void {
  let at = root;
  for (const [i, name] of path.entries()) {
    const there = isThere(at) ? [...Deno.readDirSync(at)] : [];
    for (const e of there) {
      const same = e.name.toLowerCase() === name.toLowerCase();
      const last = i === path.length - 1;
      if (same && (e.name !== name || last || !e.isDirectory)) removeTree(join(at, e.name));
    }
    at = join(at, name);
  }
}

function apply(root: string, { path, what }: Change): void {
  const at = join(root, ...path);
  if (what === "gone") return void (isThere(at) && removeTree(at));
  clear(root, path);
  Deno.mkdirSync(what === "dir" ? at : dirname(at), { recursive: true });
  if (what === "dir") return;
  Deno.writeTextFileSync(at, `content ${contents++}`);
}

/** Path → content, of a source and of what a vault tells of it. */
function files(root: string, rel = "", out = new Map<string, string>()): Map<string, string> {
  for (const e of Deno.readDirSync(join(root, rel))) {
    const path = rel === "" ? e.name : `${rel}/${e.name}`;
    if (e.isDirectory) files(root, path, out);
    else out.set(path, Deno.readTextFileSync(join(root, path)));
  }
  return out;
}

interface World {
  ports: EnginePorts;
  messages: Message[];
  vault: string;
  kept: Map<string, Map<string, string>>;
}

function check({ ports, messages, vault, kept }: World, when: string): void {
  const request = { root: vault, given: vault, host: "test", pid: Deno.pid };
  const { states } = tell(vault, ports);
  for (const [stamp, wanted] of kept) {
    const got = [...states.get(stamp) ?? []].filter(([, s]) => !s.startsWith("dir "));
    assertEquals(
      got.map(([path, s]) => `${path} ${s.split(" ")[1]}`).sort(),
      [...wanted].map(([path, text]) => `${path} ${ports.hashOf(bytes(text))}`).sort(),
      `${when}: ${stamp}`,
    );
  }
  messages.length = 0;
  const { errors } = verify(ports, { ...request, repair: false, windows: false });
  const said = messages.filter((m) => m.message_type === "note" || m.message_type === "error");
  assertEquals([errors, said], [0, []], when);
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

async function run(world: World, source: string): Promise<void> {
  const request = backupRequest(source, [world.vault], { allowMassChange: true });
  world.messages.length = 0;
  const [outcome] = await backup(world.ports, request);
  assertEquals(outcome?.failed, undefined);
  assertEquals(world.messages.filter((m) => m.message_type === "error"), []);
  world.kept.set(outcome?.stamp ?? "", files(source));
}

async function live(
  all: readonly (readonly Change[])[],
  then: (world: World, source: string) => Promise<void>,
): Promise<void> {
  using dir = tempDir();
  const [source, vault] = [dir.at("source"), dir.at("vault")];
  Deno.mkdirSync(source);
  const messages: Message[] = [];
  const ports = enginePorts(messages, caseless(denoFs, vault));
  const world: World = { ports, messages, vault, kept: new Map() };
  for (const [i, changes] of all.entries()) {
    for (const one of changes) apply(source, one);
    if (i < all.length - 1) await run(world, source);
  }
  await then(world, source);
}

// Wine does not rename a directory when the case of its name alone changes
const ignore = Deno.build.os === "windows";
const numRuns = Number(Deno.env.get("RUNS") ?? 15);

Deno.test(
  "a vault that folds case: names that change by case alone keep their past",
  { ignore },
  async () => {
    const all = fc.asyncProperty(runs, (changes) =>
      live(changes, async (world, source) => {
        await run(world, source);
        check(world, "as it is");
        reindex(world.ports, { root: world.vault, given: "vault" });
        check(world, "after reindex");
      }));
    await fc.assert(all, { numRuns });
  },
);

Deno.test(
  "a vault that folds case: a killed run is mended, whatever it renamed",
  { ignore },
  async () => {
    const all = fc.asyncProperty(
      runs,
      fc.nat(60),
      (changes, at) =>
        live(changes, async (world, source) => {
          const { around } = stepping(at);
          const ports: EnginePorts = {
            ...world.ports,
            fs: tapFs(world.ports.fs, around),
            openDatabase: tapSql(world.ports.openDatabase, around),
          };
          const request = backupRequest(source, [world.vault], { allowMassChange: true });
          await backup(ports, request).catch(() => {});
          await run(world, source);
          check(world, "mended");
        }),
    );
    await fc.assert(all, { numRuns });
  },
);

Deno.test(
  "a vault that folds case: prune and cleanup leave what is kept as it was",
  { ignore },
  async () => {
    const all = fc.asyncProperty(
      runs,
      fc.integer({ min: 1, max: 3 }),
      (changes, last) =>
        live(changes, async (world, source) => {
          await run(world, source);
          const { ports, vault } = world;
          const base = { root: vault, given: vault, host: "test", pid: Deno.pid };
          const request = { ...base, dryRun: false, askPlugins: false };
          await prune(ports, { ...request, policy: { last } });
          const left = [...world.kept].slice(-last);
          world.kept.clear();
          for (const [stamp, state] of left) {
            world.kept.set(stamp, state);
          }
          check(world, "pruned");
          await cleanup(ports, { ...request, rule: "0d", before: ports.clock.now() + 3_600_000 });
          const newest = left.at(-1);
          world.kept.clear();
          if (newest !== undefined) world.kept.set(...newest);
          check(world, "cleaned up");
          reindex(ports, base);
          check(world, "after reindex");
        }),
    );
    await fc.assert(all, { numRuns });
  },
);

Deno.test(
  "a vault that folded case is read where each spelling is a name of its own",
  { ignore },
  async () => {
    const all = fc.asyncProperty(runs, (changes) =>
      live(changes, async (world, source) => {
        await run(world, source);
        const { vault } = world;
        const copied: World = { ...world, ports: enginePorts(world.messages) };
        check(copied, "as it is");
        reindex(copied.ports, { root: vault, given: vault });
        check(copied, "after reindex");
        await run(copied, source);
        check(copied, "after a run");
      }));
    await fc.assert(all, { numRuns });
  },
);

Deno.test(
  "a vault that told case apart and lies on a disk now that does not merges no two names",
  { ignore: Deno.build.os !== "linux" },
  async () => {
    using dir = tempDir();
    const [source, vault] = [dir.at("source"), dir.at("vault")];
    const put = (name: string, text: string): void =>
      Deno.writeTextFileSync(join(source, name), text);
    Deno.mkdirSync(source);
    put("F", "first");
    const messages: Message[] = [];
    const request = backupRequest(source, [vault], { allowMassChange: true });
    await backup(enginePorts(messages), request);
    const ports = enginePorts(messages, caseless(denoFs, vault));
    for (const text of ["second", "third"]) {
      put("F", text);
      put("f", `other ${text}`);
      messages.length = 0;
      const [outcome] = await backup(ports, request);
      assertEquals(outcome?.failed, undefined);
      const errors = messages.flatMap((m) => m.message_type === "error" ? [[m.code, m.path]] : []);
      assertEquals(errors, [["name", "f"]]);
      assertEquals(Deno.readTextFileSync(join(vault, "F")), text);
    }
    const how = { root: vault, given: vault, host: "test", pid: Deno.pid };
    assertEquals(verify(ports, { ...how, repair: false, windows: false }).errors, 0);
  },
);
