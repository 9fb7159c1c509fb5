/** How fast the page of `hikae serve` is there and answers, and what it takes of memory. @module */

import type { Bench } from "./bench.ts";
import { makeHistory } from "./history_vault.ts";
import { run } from "./measure.ts";
import { memoryPlace } from "./place.ts";
import { number, table } from "./report.ts";
import { childrenOf, firstByteMs, memoryMB, type Served, served } from "./served.ts";
import { median } from "./stats.ts";
import { hikae } from "./tools.ts";
import { makeTree } from "./trees.ts";

/** Each question is asked so often. */
const ASKED = 15;
const STARTS = 7;
const WIDE = 10_000;
const ZIPPED = 512 << 20;

type Row = [what: string, value: number, limit: number, unit: string, kind?: "at least"];

/** The vaults that are served. */
interface Vaults {
  home: string;
  /** A vault with a long history and a directory of many entries. */
  long: string;
  /** A path with many versions. */
  path: string;
  stamp: string;
  /** A vault with real contents. */
  large: string;
  paths: number;
  runs: number;
}

/** The page of a vault with 1,000 runs and 100,000 paths. */
export async function serve(bench: Bench): Promise<void> {
  const vaults = await makeVaults(bench);
  const rows = [
    ...await starts(vaults),
    ...await questions(vaults),
    ...await besides(vaults),
  ];
  for (const [what, value, limit, unit, kind] of rows) {
    bench.report.target(`page: ${what}`, value, limit, unit, kind);
  }
  bench.report.section("The page", [
    `A vault with ${vaults.runs.toLocaleString("en")} runs and ${
      vaults.paths.toLocaleString("en")
    } paths, ${WIDE.toLocaleString("en")} of them in one directory; each question ${ASKED} times.`,
    "",
    ...table(
      ["what", "measured", "target"],
      rows.map(([what, value, limit, unit, kind]) => [
        what,
        `${number(value)}${unit}`,
        `${kind === "at least" ? "≥" : "≤"} ${limit}${unit}`,
      ]),
    ),
  ]);
}

async function makeVaults({ scale }: Bench): Promise<Vaults> {
  const { path: home } = memoryPlace();
  const runs = Math.max(20, Math.round(1000 * scale));
  const paths = Math.max(2 * WIDE, Math.round(100_000 * scale));
  const small = { size: (): number => 8 };
  makeTree(`${home}/source`, { ...small, files: paths - WIDE, filesPerDir: 100 }, 7);
  makeTree(`${home}/source/wide`, { ...small, files: WIDE, filesPerDir: WIDE }, 8);
  const long = `${home}/long`;
  const { path, stamps } = await makeHistory(`${home}/source`, long, runs);
  const large = `${home}/large`;
  const file = 4 << 20;
  makeTree(`${home}/contents`, { files: ZIPPED / file, filesPerDir: 32, size: () => file }, 9);
  await run(hikae(["backup", `${home}/contents`, large], home));
  // the index of a vault is made at the first question
  await run(hikae(["reindex", long], home));
  return { home, long, path, stamp: stamps.at(-1) ?? "", large, paths, runs };
}

async function starts({ home, long }: Vaults): Promise<Row[]> {
  const taken: number[] = [];
  for (let i = 0; i <= STARTS; i++) {
    await using server = await served(hikae(["serve", long], home));
    // the first one warms the caches
    if (i > 0) taken.push(server.startMs);
  }
  return [["start to listening", median(taken), 200, " ms"]];
}

async function asked({ visit }: Served, path: string): Promise<number> {
  const taken: number[] = [];
  for (let i = 0; i < ASKED; i++) taken.push(await firstByteMs(() => visit(path)));
  return median(taken);
}

async function questions({ home, long, path, stamp }: Vaults): Promise<Row[]> {
  await using server = await served(hikae(["serve", long], home));
  const wide = (await wideDirectory(server)) ?? "";
  const ask = (page: string): Promise<number> => asked(server, page);
  return [
    [
      "first page of a look that starts",
      await firstByteMs(() => server.visit("/v/0/")),
      1000,
      " ms",
    ],
    [`a directory of ${WIDE} entries, first byte`, await ask(`${wide}`), 50, " ms"],
    ["the same at its end", await ask(`${wide}?after=file009`), 50, " ms"],
    ["a file's life", await ask(`/v/0/file/${path}`), 50, " ms"],
    ["the vault and its runs", await ask("/v/0/"), 50, " ms"],
    ["what a run did", await ask(`/v/0/run/${stamp}`), 300, " ms"],
    ["the first search", await firstByteMs(() => server.visit("/v/0/find?q=x")), 1000, " ms"],
    ["find", await ask("/v/0/find?q=00050"), 300, " ms"],
    ["find what is nowhere", await ask("/v/0/find?q=no-such-name"), 300, " ms"],
    ["deleted files", await ask("/v/0/vanished"), 1000, " ms"],
    ["where the space went", await ask("/v/0/space"), 1000, " ms"],
    ["memory with one vault", memoryOf(server), 200, " MB"],
  ];
}

/** The lowest directory below `wide`. */
async function wideDirectory(server: Served): Promise<string | undefined> {
  let at = "/v/0/tree/latest/wide";
  for (;;) {
    const text = await (await server.visit(at)).text();
    const next = /class="dir"><a href="\/[0-9a-f]+(\/v\/0\/tree)\/[^/"]+(\/[^"]*)"/.exec(text);
    if (next === null) return at;
    at = `${next[1]}/latest${next[2]}`;
  }
}

function memoryOf({ pid }: Served): number {
  return [pid, ...childrenOf(pid)].map(memoryMB).reduce((a, b) => a + b, 0);
}

async function besides({ home, long, large }: Vaults): Promise<Row[]> {
  await using server = await served(hikae(["serve", long, large], home));
  await firstByteMs(() => server.visit("/v/0/"));
  const one = memoryOf(server);
  await firstByteMs(() => server.visit("/v/1/"));
  const two = memoryOf(server);
  const speed = await zipSpeed(server);
  const looks = childrenOf(server.pid);
  const [first = 0] = looks;
  Deno.kill(first, "SIGSTOP");
  const other = await Promise.any([
    asked(server, "/v/1/tree/latest/"),
    asked(server, "/v/0/tree/latest/"),
  ]);
  Deno.kill(first, "SIGCONT");
  return [
    ["memory of a further vault", two - one, 70, " MB"],
    ["zip, stored", speed, 200, " MB/s", "at least"],
    ["a directory while another vault hangs", other, 50, " ms"],
  ];
}

async function zipSpeed({ fetchAll }: Served): Promise<number> {
  const started = performance.now();
  const bytes = await fetchAll("/v/1/zip/latest/");
  if (bytes < ZIPPED) throw new Error("the zip is too short");
  return bytes / 1e6 / ((performance.now() - started) / 1000);
}
