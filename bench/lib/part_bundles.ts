/**
 * Bundles (docs/bundles.md): a full one in seconds beside the pipe of stock tools that opens it again, of text, of what
 * does not compress, of half of each, and of files of this machine, and into a real server of S3 (versitygw) beside `restic backup` into the same one. In turn, so that
 * what else the machine does meets all.
 * @module
 */

import { basename, join } from "@std/path";
import { newKeyPair } from "../../src/bundle/keygen.ts";
import { BUCKET, KEY_ENV, startServer } from "../../tests/bundles/server.ts";
import { versitygw } from "../../tools/lib/lane.ts";
import type { Bench } from "./bench.ts";
import { type Invocation, measure, run, type Sample } from "./measure.ts";
import { memoryPlace, quietly, removeAll } from "./place.ts";
import { exponential } from "./random.ts";
import { number, table } from "./report.ts";
import { median } from "./stats.ts";
import { hikae } from "./tools.ts";
import { makeTree } from "./trees.ts";

/** What is measured: its name, what it does the n-th time. */
interface Way {
  name: string;
  work: (n: number) => Invocation;
  samples: Sample[];
}

/** All ways that this machine has. */
export async function bundles(bench: Bench): Promise<void> {
  if (quietly("age", ["--version"]) === undefined || quietly("zstd", ["--version"]) === undefined) {
    return bench.say("  age and zstd are not both here: bundles are left out");
  }
  const { path: home } = memoryPlace();
  const program = versitygw();
  await using server = program === undefined ? undefined : await startServer(program, home);
  for (const [kind, make] of kindsOf(bench)) {
    const source = join(home, basename(kind).replaceAll(" ", "-"));
    const bytes = make(source);
    if (bytes === undefined) continue;
    const vault = `${source}-vault`;
    await run(hikae(["backup", source, vault, "--init"], home));
    const ways = await waysOf({ home, source, vault, port: server?.port });
    for (let n = 0; n < Math.max(3, bench.rounds); n++) {
      for (const { work, samples } of ways) samples.push(await measure(work(n)));
      for (const name of [`bundles${n}`, `pipe${n}`]) removeAll(join(home, name));
      // what the server has would fill the memory
      const stored = join(home, "s3-files", BUCKET, basename(source));
      for (const name of [`${n}`, `restic${n}`]) removeAll(join(stored, name));
    }
    tell(bench, kind, bytes, ways);
    for (const path of [source, vault]) removeAll(path);
  }
}

/** Makes a source; gives its bytes, undefined where there is none. */
type MakeSource = (source: string) => number | undefined;

/** What is bundled. */
function kindsOf({ scale }: Bench): [kind: string, make: MakeSource][] {
  const tree = (source: string, of: number, text: boolean): number =>
    makeTree(source, {
      files: Math.max(100, Math.round(of * scale)),
      filesPerDir: 20,
      size: (random) => exponential(random, 50_000),
      ...(text ? { text } : {}),
    }, 9).bytes;
  return [
    ["text", (source) => tree(source, 12_000, true)],
    ["what does not compress", (source) => tree(source, 12_000, false)],
    [
      "half text, half what does not compress",
      (source) =>
        tree(join(source, "text"), 6000, true) + tree(join(source, "photographs"), 6000, false),
    ],
    [OWN, (source) => scale < 0.5 ? undefined : copyOfOwn(source)],
  ];
}

/** Files that each Linux has. */
const OWN = "/usr/share";

function copyOfOwn(source: string): number | undefined {
  if (quietly("cp", ["-a", OWN, source]) === undefined) return undefined;
  const [kib] = quietly("du", ["-sk", "--apparent-size", source])?.split("\t") ?? [];
  return Number(kib) * 1024;
}

interface BundleSetting {
  home: string;
  source: string;
  vault: string;
  /** The server's. */
  port: number | undefined;
}

async function waysOf({ home, source, vault, port }: BundleSetting): Promise<Way[]> {
  const { recipient } = await newKeyPair();
  const create = (to: string): Invocation =>
    hikae(["bundle", "create", vault, "--to", to, "--recipient", recipient, "--full"], home, {
      ...KEY_ENV,
    });
  const pipe = (n: number): Invocation => ({
    program: "sh",
    args: ["-c", 'tar cf - -C "$1" . | zstd -q -3 -T1 | age -r "$2" > "$3"'].concat(
      ["sh", source, recipient, join(home, `pipe${n}`)],
    ),
  });
  const ways: Way[] = [
    { name: "tar, zstd -3 -T1, age", work: pipe, samples: [] },
    { name: "bundle create", work: (n) => create(join(home, `bundles${n}`)), samples: [] },
  ];
  if (port !== undefined) ways.push(...await waysToS3(home, source, port, create));
  return ways;
}

/** hikae and restic into one server. */
async function waysToS3(
  home: string,
  source: string,
  port: number,
  create: (to: string) => Invocation,
): Promise<Way[]> {
  const at = `http://127.0.0.1:${port}/${BUCKET}/${basename(source)}`;
  const own: Way = { name: "bundle create, S3", work: (n) => create(`s3:${at}/${n}`), samples: [] };
  if (quietly("restic", ["version"]) === undefined) return [own];
  const restic = (n: number, ...words: string[]): Invocation => ({
    program: "restic",
    args: ["-r", `s3:${at}/restic${n}`, "--no-cache", ...words],
    // a bundle of certificates of this machine's is none of a server's here
    env: { ...KEY_ENV, RESTIC_PASSWORD: "bench", AWS_CA_BUNDLE: "", HOME: home },
  });
  for (let n = 0; n < 9; n++) await run(restic(n, "init"));
  return [own, {
    name: "restic backup, S3",
    work: (n) => restic(n, "backup", source),
    samples: [],
  }];
}

function tell(bench: Bench, kind: string, bytes: number, ways: readonly Way[]): void {
  const of = (name: string): Sample[] => ways.find((w) => w.name === name)?.samples ?? [];
  const middle = (name: string, what: (sample: Sample) => number | undefined): number =>
    median(of(name).map((s) => what(s) ?? NaN));
  const seconds = (name: string): number => middle(name, (s) => s.seconds);
  bench.report.section(`Bundles of ${kind}`, [
    `A full bundle of ${
      number(bytes / 1e6)
    } MB, in turn; medians. To a directory in memory, and to a server of S3 (versitygw) on the same machine.`,
    "",
    ...table(
      ["by", "s", "MB/s", "CPU s", "peak MB"],
      ways.map(({ name }) => [
        ...[name, number(seconds(name)), number(bytes / 1e6 / seconds(name))],
        ...[number(middle(name, (s) => s.cpuSeconds)), number(middle(name, (s) => s.peakMB))],
      ]),
    ),
  ]);
  // paired: the rounds are told apart by what else the machine did
  const pairs = (a: string, b: string): number =>
    median(of(a).map((s, i) => s.seconds / (of(b)[i]?.seconds ?? NaN)));
  bench.report.target(
    `bundle create of ${kind}, time to that of tar, zstd, age`,
    pairs("bundle create", "tar, zstd -3 -T1, age"),
    2,
    " ×",
  );
  if (of("bundle create, S3").length === 0) return;
  bench.report.target(
    `bundle create of ${kind} into S3, peak memory`,
    middle("bundle create, S3", (s) => s.peakMB),
    200,
    " MB",
  );
}
