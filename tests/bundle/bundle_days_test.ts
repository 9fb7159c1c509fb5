/**
 * Random histories: fifty runs with bundles between them, other recipients, rules that prune the vault, and what is known
 * at home lost. Each state since the first bundle comes back by `bundle restore`, and each bundle's by stock tools.
 */

import { assert, assertEquals } from "@std/assert";
import { join, SEPARATOR } from "@std/path";
import fc from "fast-check";
import { newKeyPair } from "../../src/bundle/keygen.ts";
import { bundleCreate } from "../../src/engine/bundle/create.ts";
import { bundleLook } from "../../src/engine/bundle/look.ts";
import { bundleRestore } from "../../src/engine/bundle/restore.ts";
import { hasStock, stateOf, stockRestoreOf } from "./bundle_support.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { answering, linksBelow } from "../helpers/engine_helper.ts";
import { Link, removeTree } from "../helpers/cli_helper.ts";
import { Grown } from "../helpers/maintain_helper.ts";
import { SELF } from "../helpers/restore_helper.ts";
import "../helpers/seed.ts";

const RUNS = 50;

const NAMES = ["a", "b c", "-d", "é", "f\nf", "g".repeat(120), ".hikae", "h'\"", "i"];

/** Numbers from 0 to 1, the same for the same seed. */
function randomOf(seed: number): () => number {
  let at = seed >>> 0;
  return () => {
    at = (at + 0x6d2b79f5) >>> 0;
    let t = Math.imul(at ^ (at >>> 15), at | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A few random changes of a source. */
function change(g: Grown, random: () => number): void {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  for (let n = 1 + Math.floor(random() * 6); n > 0; n--) {
    const dir = random() < 0.5 ? "" : random() < 0.6 ? "sub" : "sub/deep";
    if (dir !== "" && !g.isDir(dir)) {
      g.drop("sub");
      g.put({ sub: { deep: {} } });
    }
    const name = (dir === "" ? "" : `${dir}/`) + pick(NAMES);
    const what = random();
    if (what < 0.45) {
      g.drop(name);
      const size = random() < 0.05 ? 900_000 : Math.floor(random() * 3000);
      Deno.writeFileSync(join(g.source, name), bytes(size, random));
    } else if (what < 0.6) g.drop(name);
    else if (what < 0.7) {
      g.drop(name);
      Deno.symlinkSync(pick(["a", "../b c", "nowhere", "sub"]), join(g.source, name));
    } else if (what < 0.8) {
      g.drop(name);
      Deno.mkdirSync(join(g.source, name));
      Deno.writeTextFileSync(join(g.source, name, "in"), String(random()));
    } else if (what < 0.84) {
      // another name of a file
      const of = pick(["a", "b c", "sub/i", "sub/a"]);
      if (of === name || !isFile(join(g.source, of))) continue;
      g.drop(name);
      Deno.linkSync(join(g.source, of), join(g.source, name));
    } else if (what < 0.92) {
      const path = join(g.source, name);
      try {
        if (!Deno.lstatSync(path).isSymlink) Deno.chmodSync(path, pick([0o700, 0o755, 0o750]));
      } catch {
        // nothing is there
      }
    } else g.drop("sub");
  }
}

function isFile(path: string): boolean {
  try {
    return Deno.lstatSync(path).isFile;
  } catch {
    return false;
  }
}

function bytes(size: number, random: () => number): Uint8Array {
  const unit = Uint8Array.from({ length: 997 }, () => 32 + Math.floor(random() * 90));
  const all = new Uint8Array(size);
  for (let at = 0; at < size; at += unit.length) all.set(unit.subarray(0, size - at), at);
  return all;
}

/** Two states are the same; only what differs is shown, not the contents. */
function assertSame(actual: readonly string[], expected: readonly string[], what: string): void {
  const short = (line: string): string => line.slice(0, 200);
  const lacks = expected.filter((line) => !actual.includes(line)).map(short);
  const extra = actual.filter((line) => !expected.includes(line)).map(short);
  assertEquals({ lacks, extra }, { lacks: [], extra: [] }, what);
}

Deno.test({
  name:
    "bundles: random histories of fifty runs come back as they were, each run, and each bundle by stock tools",
  ignore: Deno.build.os === "windows" || !hasStock(),
  fn: async () => {
    const seed = fc.readConfigureGlobal().seed ?? Date.now();
    const random = randomOf(seed);
    using g = new Grown();
    const pair = await newKeyPair();
    const second = await newKeyPair();
    const [where, state, key] = ["bundles", "state", "key.txt"].map((n) => join(g.path, n));
    assert(where !== undefined && state !== undefined && key !== undefined);
    for (const dir of [where, state]) Deno.mkdirSync(dir);
    Deno.writeTextFileSync(key, `${pair.identity}\n`);
    let recipients = [pair.recipient];
    const states = new Map<string, string[]>();
    const bundled: string[] = [];
    /** From which run to which a full bundle reaches with those that go on from it. */
    const chains: [from: string, to: string][] = [];
    const told: string[] = [];
    g.put({ a: "1", l: new Link("a") });
    for (let run = 0; run < RUNS; run++) {
      g.day(run);
      change(g, random);
      const stamp = await g.backup();
      states.set(stamp, stateOf(g.source));
      if (run > 0 && random() < 0.55) continue;
      if (random() < 0.1) {
        recipients = recipients.length === 1
          ? [second.recipient, pair.recipient]
          : [pair.recipient];
      }
      if (random() < 0.1) {
        removeTree(state);
        Deno.mkdirSync(state);
      }
      const made = await bundleCreate(g.ports(), {
        ...{ root: g.vault, given: g.vault, where, recipients, volumeSize: 1 << 20, state },
        full: random() < 0.1,
      });
      assertEquals([made.stamp, made.errors], [stamp, 0], `${seed}: ${JSON.stringify(g.messages)}`);
      bundled.push(stamp);
      told.push(`${run} ${stamp} ${made.full ? "full" : ""}`);
      if (made.full) chains.push([stamp, stamp]);
      else chains.splice(-1, 1, [chains.at(-1)?.[0] ?? stamp, stamp]);
      // the bundle has them; the vault need not
      if (random() < 0.2) await g.prune({ policy: { last: 2 } });
    }
    const target = join(g.path, "back");
    for (const [stamp, expected] of states) {
      if (!chains.some(([from, to]) => from <= stamp && stamp <= to)) continue;
      const ports = { ...g.ports(), ask: answering(linksBelow(denoFs, target)) };
      const done = await bundleRestore(ports, {
        ...{ where, identities: [pair.identity], paths: [], at: stamp, target },
        ...{ windows: SEPARATOR === "\\", self: SELF },
      });
      const what = `seed ${seed}, ${stamp}: ${JSON.stringify(g.messages)}\n${told.join("\n")}`;
      assertEquals(done.errors, 0, what);
      assertSame(stateOf(target), expected, what);
      removeTree(target);
    }
    const [id = ""] = [...Deno.readDirSync(where)].map((e) => e.name);
    for (const stamp of bundled) {
      await stockRestoreOf({ bundles: join(where, id), key, until: stamp }, target);
      assertSame(stateOf(target), states.get(stamp) ?? [], `seed ${seed}, stock, ${stamp}`);
      removeTree(target);
    }
    const look = { where, hashes: true, identities: [pair.identity] };
    const found = await bundleLook(g.ports(), look);
    assertEquals([found.wrong, found.unreadable, found.others], [[], [], []], `seed ${seed}`);
    assert(found.bundles.every((b) => b.whole), `seed ${seed}`);
  },
});
