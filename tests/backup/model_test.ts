/**
 * Random changes against a model of the specification, on the real file system: after each run the vault must
 * hold just what the model says; at the end each snapshot, read back through the index and through one rebuilt
 * from the plain files, must be what the source was. fast-check prints the seed of a failure.
 */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import fc from "fast-check";
import "../helpers/seed.ts";
import { Reader } from "../../src/engine/reader.ts";
import { pathOf } from "../../src/engine/reader.ts";
import { backUp, enginePorts } from "../helpers/engine_helper.ts";
import { LINKS, removeTree, tempDir } from "../helpers/cli_helper.ts";
import {
  backupModel,
  expected,
  type ModelDir,
  modelDir,
  type Node,
  readSource,
  readVault,
  stored as storedName,
} from "./model_spec.ts";
import { dropIndex } from "../helpers/index_helper.ts";

const WINDOWS = Deno.build.os === "windows";
/** Names that Windows cannot hold have others in their place there. */
const ODD = WINDOWS ? ["x'y%", "t;ab"] : ["x\ny\\", "t\tab"];
const NAMES = ["a", "b", "c d", ".$META$", ...ODD, "é".repeat(127), "$OLD@x"];
const TEXTS = ["", "one", "two", "6 byte", "same 6".slice(0, 6), "longer text\n"];
const TARGETS = ["a", "/nowhere", "../b", "."];

/** A change of the source; what cannot be done in the tree at hand makes room for itself. */
type Change =
  | { do: "put"; at: string; text: string; sneaky: boolean }
  | { do: "link"; at: string; target: string }
  | { do: "mkdir"; at: string }
  | { do: "remove"; at: string }
  | { do: "rename"; at: string; to: string }
  | { do: "chmod"; at: string; mode: number }
  | { do: "touch"; at: string; seconds: number };

const path = fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join("/"));

const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("put" as const),
      at: path,
      text: fc.constantFrom(...TEXTS),
      sneaky: fc.boolean(),
    }),
  },
  {
    weight: LINKS ? 2 : 0,
    arbitrary: fc.record({
      do: fc.constant("link" as const),
      at: path,
      target: fc.constantFrom(...TARGETS),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("mkdir" as const), at: path }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("remove" as const), at: path }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("rename" as const), at: path, to: path }) },
  {
    // of modes Windows has one attribute, which tests of its own are about
    weight: WINDOWS ? 0 : 1,
    arbitrary: fc.record({
      do: fc.constant("chmod" as const),
      at: path,
      mode: fc.constantFrom(0o600, 0o644, 0o755, 0o444, 0o700, 0o4755),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("touch" as const),
      at: path,
      seconds: fc.constantFrom(-1000, 0, 86_400, 1_600_000_000.123, 4_000_000_000),
    }),
  },
);

/** Runs: changes, and whether the second vault takes part. */
const history = fc.array(
  fc.record({
    changes: fc.array(change, { maxLength: 8 }),
    both: fc.boolean(),
    // flushing costs more than all else
    flush: fc.nat(9).map((n) => n === 0),
    // what goes missing in the first vault before the run
    lose: fc.option(path, { nil: undefined, freq: 6 }),
  }),
  { minLength: 2, maxLength: 6 },
);

function look(at: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(at);
  } catch {
    return undefined;
  }
}

/** False for a path that leads through a link. */
function isReal(root: string, rel: string): boolean {
  const parts = rel.split("/").slice(0, -1);
  return parts.every((_, i) => look(join(root, ...parts.slice(0, i + 1)))?.isDirectory === true);
}

/** Makes the directories above a path, whatever is in their place. */
function makeRoom(root: string, rel: string): void {
  let at = root;
  for (const part of rel.split("/").slice(0, -1)) {
    at = join(at, part);
    const info = look(at);
    if (info !== undefined && !info.isDirectory) Deno.removeSync(at);
    if (!info?.isDirectory) Deno.mkdirSync(at);
  }
}

function apply(root: string, c: Change): void {
  const at = join(root, c.at);
  const info = isReal(root, c.at) ? look(at) : undefined;
  if (c.do === "chmod" || c.do === "touch") {
    if (info === undefined || info.isSymlink) return;
    // the owner's right to enter stays, or nothing more can be done below
    if (c.do === "chmod") Deno.chmodSync(at, info.isDirectory ? c.mode | 0o700 : c.mode);
    else Deno.utimeSync(at, c.seconds, c.seconds);
    return;
  }
  if (c.do === "remove") {
    if (info !== undefined) removeTree(at);
    return;
  }
  if (c.do === "rename") {
    const to = join(root, c.to);
    if (info === undefined || `${to}/`.startsWith(`${at}/`) || `${at}/`.startsWith(`${to}/`)) {
      return;
    }
    makeRoom(root, c.to);
    if (!isReal(root, c.at) || look(at) === undefined) return;
    if (look(to) !== undefined) removeTree(to);
    Deno.renameSync(at, to);
    return;
  }
  makeRoom(root, c.at);
  place(at, c);
}

function place(at: string, c: Extract<Change, { do: "put" | "link" | "mkdir" }>): void {
  const info = look(at);
  if (c.do === "mkdir") {
    if (info?.isDirectory) return;
    if (info !== undefined) Deno.removeSync(at);
    Deno.mkdirSync(at);
  } else if (c.do === "link") {
    if (info !== undefined) removeTree(at);
    Deno.symlinkSync(c.target, at);
  } else {
    if (info !== undefined && !info.isFile) removeTree(at);
    Deno.writeTextFileSync(at, c.text);
    // other content under the old time: only the change time tells
    if (c.sneaky && info?.isFile && info.mtime) Deno.utimeSync(at, info.mtime, info.mtime);
  }
}

/** A state as lines that can be compared: type, path, mode, time, content. */
function lines(node: Node, at: string, out: Map<string, unknown>): Map<string, unknown> {
  if (node.type === "dir") {
    out.set(at, { type: "dir", mode: node.mode, mtime: node.mtime });
    for (const [name, n] of node.entries) lines(n, at === "" ? name : `${at}/${name}`, out);
  } else if (node.type === "link") {
    out.set(at, { type: "link", text: node.text, mtime: node.mtime });
  } else out.set(at, { ...node });
  return out;
}

/** A snapshot as the program tells it. */
function told(reader: Reader, stamp: string): Map<string, unknown> {
  const out = new Map<string, unknown>();
  for (const v of reader.at(stamp as never)) {
    if (v.type === "dir") out.set(pathOf(v), { type: "dir", mode: v.mode, mtime: v.mtime });
    else {
      const found = reader.contents.find(v)?.file;
      const text = found === undefined ? undefined : Deno.readTextFileSync(found);
      const mode = v.type === "file" ? { mode: v.mode } : {};
      out.set(pathOf(v), { type: v.type, text, mtime: v.mtime, ...mode });
    }
  }
  return out;
}

const sorted = (m: Map<string, unknown>): [string, unknown][] =>
  [...m].sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0);

/** What is told of a snapshot that lost something is true, as far as it goes. */
function checkPartial(got: Map<string, unknown>, state: Map<string, unknown>): void {
  for (const [path, entry] of got) {
    const { text, type } = entry as { text?: string; type: string };
    if (type === "dir" || text === undefined) continue;
    const was = state.get(path) as { text?: string; type: string } | undefined;
    assertEquals({ path, type, text }, { path, type: was?.type ?? "", text: was?.text ?? "" });
  }
}

function checkSnapshots({ path, states, damaged }: Vault): void {
  const reader = Reader.open(enginePorts(), path);
  try {
    assertEquals(reader.snapshots().map((s) => s.stamp as string), [...states.keys()]);
    const newest = [...states.keys()].at(-1);
    for (const [stamp, state] of states) {
      const got = told(reader, stamp);
      if (damaged && stamp !== newest) checkPartial(got, state);
      else assertEquals(sorted(got), sorted(state));
    }
  } finally {
    reader.close();
  }
}

/** With the records gone, what the vault still tells of the newest state and of marks is right or unknown. */
function checkNamesAlone(vault: string, last: Map<string, unknown>): void {
  const reader = Reader.open(enginePorts(), vault);
  try {
    const living = new Map<string, string | undefined>();
    for (const v of reader.catalog.versions("until IS NULL AND type < 2")) {
      const found = reader.contents.find(v)?.file;
      living.set(pathOf(v), found === undefined ? undefined : Deno.readTextFileSync(found));
    }
    const wanted = [...last].flatMap(([p, e]) => {
      const entry = e as { type: string; text?: string };
      return entry.type === "dir" ? [] : [[p, entry.text] as [string, unknown]];
    });
    assertEquals(sorted(living), sorted(new Map(wanted)));
  } finally {
    reader.close();
  }
}

interface Vault {
  path: string;
  model: ModelDir;
  states: Map<string, Map<string, unknown>>;
  /** Something of it went missing. */
  damaged: boolean;
}

/** Takes a living file, or a directory with all that is in it, out of a vault and its model. */
function lose(vault: Vault, rel: string): void {
  const parts = rel.split("/");
  const name = parts.pop() ?? "";
  let dir: ModelDir | undefined = vault.model;
  for (const part of parts) dir = dir?.dirs.get(part);
  if (dir === undefined) return;
  const file = dir.living.get(name)?.type === "file";
  if (!file && !dir.dirs.has(name)) return;
  if (file) dir.living.delete(name);
  else dir.dirs.delete(name);
  removeTree(join(vault.path, ...parts.map(storedName), storedName(name)));
  vault.damaged = true;
}

/** Mirror files and directories have the modes and times of their originals. */
function checkAttributes(vault: string, state: Map<string, unknown>): void {
  for (const [rel, entry] of state) {
    const { type, mode, mtime } = entry as { type: string; mode: number; mtime: number };
    if (type === "link") continue;
    const info = Deno.lstatSync(join(vault, ...rel.split("/").map(storedName)));
    const wanted = (mode & 0o777) | (type === "dir" ? 0o700 : 0o400);
    // all that Windows has of modes is whether a file may be written
    const bits = Deno.build.os !== "windows" ? 0o7777 : type === "dir" ? 0 : 0o200;
    const is = { rel, mode: (info.mode ?? 0) & bits, mtime: info.mtime?.getTime() };
    assertEquals(is, { rel, mode: wanted & bits, mtime });
  }
}

async function runInto(source: string, vaults: readonly Vault[], flush: boolean): Promise<void> {
  const options = { allowMassChange: true, flush };
  const { outcomes } = await backUp(source, vaults.map((v) => v.path), options);
  const state = readSource(source);
  outcomes.forEach((o, i) => {
    const vault = vaults[i];
    assertEquals({ failed: o.failed?.message, errors: o.errors }, { failed: undefined, errors: 0 });
    if (vault === undefined) return;
    backupModel(vault.model, state, o.stamp ?? "");
    const flat = lines(state, "", new Map());
    vault.states.set(o.stamp ?? "", flat);
    checkAttributes(vault.path, flat);
    assertEquals(sorted(readVault(vault.path)), sorted(expected(vault.model)));
  });
}

Deno.test("random changes: the vault is what the spec says, and every snapshot comes back", async () => {
  await fc.assert(
    fc.asyncProperty(history, async (runs) => {
      using dir = tempDir();
      const source = dir.at("source");
      Deno.mkdirSync(source);
      const vault = (name: string): Vault => ({
        path: dir.at(name),
        model: modelDir(),
        states: new Map(),
        damaged: false,
      });
      const [first, second] = [vault("first"), vault("second")];
      for (const { changes, both, flush, lose: lost } of runs) {
        for (const c of changes) apply(source, c);
        if (lost !== undefined) lose(first, lost);
        await runInto(source, both ? [first, second] : [first], flush);
      }
      for (const v of [first, second]) {
        if (v.states.size === 0) continue;
        checkSnapshots(v);
        dropIndex(v.path);
        checkSnapshots(v);
        removeTree(join(v.path, ".$META$", "runs"));
        checkNamesAlone(v.path, [...v.states.values()].at(-1) ?? new Map());
      }
    }),
    { numRuns: Number(Deno.env.get("HIKAE_MODEL_RUNS") ?? (WINDOWS ? 15 : 50)) },
  );
});
