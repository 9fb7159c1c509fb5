/**
 * What seals cost: `deno run -A bench/seals.ts [--files N] [--paths N]`. The engine runs in this process; the parts of a
 * run that are there for the seals alone are done once more beside it and timed by processor time.
 * @module
 */

import process from "node:process";
import { parseArgs } from "@std/cli";
import { stampToNumber } from "../src/base/stamp.ts";
import { backup } from "../src/engine/backup/backup.ts";
import { vaultPorts } from "../src/engine/ports.ts";
import { openDatabase } from "../src/platform/sqlite.ts";
import { sha256, sha256Of } from "../src/platform/hash.ts";
import { crcOf } from "../src/base/crc.ts";
import { Catalog } from "../src/vault/catalog.ts";
import { aliveAt, aliveOf, historyOf } from "../src/vault/history/alive.ts";
import { openToRead } from "../src/vault/open.ts";
import { chainOf } from "../src/vault/seal.ts";
import { treeAfter, treesAt } from "../src/vault/tree_sum.ts";
import { bareVersion, valuesOf } from "../src/vault/version.ts";
import { benchPorts, plainRequest } from "./lib/engine.ts";
import { say } from "./lib/out.ts";
import { leavePlaces, memoryPlace } from "./lib/place.ts";
import { number, table } from "./lib/report.ts";
import { median } from "./lib/stats.ts";
import { makeTree } from "./lib/trees.ts";

const HASHES = { hashOf: sha256Of, newHash: sha256 };

const ROUNDS = 5;

/** Processor time of this process so far, ms. */
function spent(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The processor time of a piece of work, ms. */
function timed(work: () => void): number {
  const from = spent();
  work();
  return spent() - from;
}

async function runs(files: number): Promise<string[][]> {
  const place = memoryPlace().path;
  const [source, vault] = [`${place}/source`, `${place}/vault`];
  makeTree(source, { files, filesPerDir: 100, size: () => 64 }, 3);
  Deno.mkdirSync(vault);
  const run = async (): Promise<number> => {
    const from = spent();
    const [outcome] = await backup(benchPorts([vault]), plainRequest(source, vault, false));
    if (outcome?.failed !== undefined) throw outcome.failed;
    return spent() - from;
  };
  const first = await run();
  await new Promise((resolve) => setTimeout(resolve, 1100));
  const still: number[] = [];
  for (let i = 0; i < ROUNDS; i++) still.push(await run());
  const ports = benchPorts([vault]);
  const open = openToRead(vaultPorts(ports), vault, { hashOf: () => "", failed: () => {} });
  try {
    const { catalog } = open;
    const rows = catalog.records();
    const n = stampToNumber(rows.at(-1)?.stamp ?? "" as never);
    const was = rows.at(-1)?.tree;
    if (was === undefined) throw new Error("the vault is not sealed");
    const whole = timed(() => void treesAt(catalog, HASHES, [n]));
    const same = median(Array.from({ length: ROUNDS }, () =>
      timed(() => {
        treeAfter(catalog, HASHES, was, { before: n, n }, []);
        chainOf(sha256Of, catalog.records());
      })));
    const read = median(
      Array.from(
        { length: ROUNDS },
        () => timed(() => void [...aliveAt(catalog, { n, newest: true })]),
      ),
    );
    const versions = [...aliveAt(catalog, { n, newest: true })].map(valuesOf);
    const checks = median(
      Array.from({ length: ROUNDS }, () => timed(() => versions.forEach((v) => crcOf(v)))),
    );
    const part = (name: string, all: number, seal: number): string[] => [
      name,
      number(all),
      number(seal),
      `${number(100 * seal / all)} %`,
    ];
    return [
      part(`first run, ${files} files`, first, whole),
      part("no change", median(still), same),
      part("reading all that lives, as a restore does (of the reading alone)", read, 2 * checks),
    ];
  } finally {
    open.close();
  }
}

/** One path among so many: with all checks, and the rows alone. */
function questions(paths: number, perDir: number, attrs: number): string[] {
  const catalog = Catalog.create(openDatabase(":memory:", { readOnly: false }));
  const since = 20260101000000;
  catalog.transaction(() => {
    catalog.put(bareVersion({ dir: "", name: "", type: "dir", since }));
    for (let i = 0; i < paths; i++) {
      const dir = `d${Math.floor(i / perDir)}`;
      if (i % perDir === 0) catalog.put(bareVersion({ dir: "", name: dir, type: "dir", since }));
      const name = `f${i}`;
      catalog.put(bareVersion({ dir, name, type: "file", since, size: 8, hash: sha256Of(name) }));
      if (i < attrs) {
        catalog.putAttr({ dir, name, stamp: since + 1, mtime: 1, mode: 0o644, uid: 0, gid: 0 });
      }
    }
  });
  const path = (i: number): string => `d${Math.floor(i / perDir)}/f${i}`;
  const some = Array.from({ length: 50 }, (_, i) => path((i * 7919) % paths));
  const cat = some.map((p) => timed(() => void aliveOf(catalog, { n: since, newest: true }, p)));
  const history = some.map((p) => timed(() => void historyOf(catalog, p)));
  const bare = some.map((p) =>
    timed(() => {
      const at = p.indexOf("/");
      catalog.select(
        "WHERE v.dir = ? AND v.name = ? ORDER BY v.since",
        p.slice(0, at),
        p.slice(at + 1),
      );
    })
  );
  catalog.close();
  const ms = (all: number[]): string =>
    `${median(all).toFixed(2)} (${Math.max(...all).toFixed(2)})`;
  return [
    `${paths} paths, ${perDir} to a directory, ${attrs} attributes`,
    ms(bare),
    ms(cat),
    ms(history),
  ];
}

const args = parseArgs(Deno.args, { string: ["files", "paths"] });
const files = Number(args.files ?? 50_000);
const paths = Number(args.paths ?? 1_000_000);
try {
  for (const line of table(["run", "all ms", "seal ms", ""], await runs(files))) say(line);
  say("");
  const rows = [
    questions(paths, 100, 0),
    questions(paths, paths, 0),
    questions(paths, paths, paths / 10),
  ];
  for (const line of table(["one path of", "rows ms (most)", "cat", "history"], rows)) say(line);
} finally {
  leavePlaces();
}
