/**
 * Away from home (docs/away.md): what a run of 30 changed, 80 moved and 10 deleted files takes to a remote, at the wire,
 * beside plain rclone and restic; and what `hikae status DIR` takes for a thousand vaults on one disk.
 * @module
 */

import { join } from "@std/path";
import { hasPlace, type Kind, KINDS, place, type Remote } from "../../tests/away/remotes.ts";
import { treeOf } from "../../tests/away/world.ts";
import { versitygw } from "../../tools/lib/lane.ts";
import type { Bench } from "./bench.ts";
import { type Invocation, measure, run, type Sample } from "./measure.ts";
import { diskPlace, quietly } from "./place.ts";
import { fill, seeded } from "./random.ts";
import { number, table } from "./report.ts";
import { median } from "./stats.ts";
import { hikae } from "./tools.ts";

const SIZE = 150_000;
const FILES = 200;
const CHANGED = 30;
const MOVED = 80;
const VAULTS = 1000;
/** A bundle of certificates of this machine's is none of a server's here. */
const OWN_CERTIFICATES = { AWS_CA_BUNDLE: "" };

/** Both. */
export async function away(bench: Bench): Promise<void> {
  const rclone = quietly("rclone", ["version"]) !== undefined;
  const restic = quietly("restic", ["version"]) !== undefined;
  const rows: string[][] = [];
  if (rclone) {
    const server = versitygw();
    if (server !== undefined) Deno.env.set("HIKAE_VERSITYGW", server);
    for (const kind of KINDS) {
      // to a directory nothing goes over a wire
      if (kind !== "local" && hasPlace(kind, "rclone")) rows.push(...await replicated(bench, kind));
    }
  }
  if (restic) rows.push(...await inRestic(bench));
  await fleet(bench);
  if (rows.length === 0) return bench.say("  neither rclone nor restic is here: left out");
  const content = (CHANGED * SIZE) / 1e6;
  bench.report.section("Away from home", [
    `A source of ${FILES} files of ${
      SIZE / 1000
    } kB; then ${CHANGED} changed, ${MOVED} moved and 10 deleted: ${
      number(content)
    } MB of new content, and the vault has marks for what was. Bytes to the server, counted at the wire (restic: what its repository grew by); where the remote cannot copy, the content of moved files counts as new. Seconds of the second run as a whole; "hikae alone" has no plugin.`,
    "",
    ...table(["to", "by", "MB sent", "of new content", "s", "CPU s", "equal after it"], rows),
  ]);
}

/** A job with plugins, on a tree of its own. */
class Trial {
  readonly home = diskPlace().path;
  readonly source = join(this.home, "source");
  readonly vault = join(this.home, "vault");
  #plugins: object[] = [];
  readonly #random = seeded(5);

  constructor() {
    for (let i = 0; i < FILES; i++) this.#put(i);
  }

  plugins(...plugins: object[]): void {
    this.#plugins = plugins;
  }

  #put(i: number): void {
    Deno.mkdirSync(join(this.source, "a"), { recursive: true });
    const bytes = new Uint8Array(SIZE);
    fill(this.#random, bytes);
    Deno.writeFileSync(join(this.source, "a", `f${i}`), bytes);
  }

  change(): void {
    for (let i = 0; i < CHANGED; i++) this.#put(i);
    Deno.mkdirSync(join(this.source, "moved"));
    for (let i = CHANGED; i < CHANGED + MOVED; i++) {
      Deno.renameSync(join(this.source, "a", `f${i}`), join(this.source, "moved", `g${i}`));
    }
    for (let i = 0; i < 10; i++) {
      Deno.removeSync(join(this.source, "a", `f${CHANGED + MOVED + i}`));
    }
  }

  backup(env: Record<string, string> = {}): Invocation {
    const config = join(this.home, "hikae.jsonc");
    const { source, vault } = this;
    const jobs = { docs: { source, vaults: [vault], plugins: this.#plugins } };
    Deno.writeTextFileSync(config, JSON.stringify({ jobs }));
    const words = ["backup", "docs", "--init", "--allow-mass-change", "--config", config];
    return hikae(words, this.home, env);
  }
}

async function alone(): Promise<Sample> {
  const trial = new Trial();
  await run(trial.backup());
  trial.change();
  return await measure(trial.backup());
}

async function replicated(bench: Bench, kind: Kind): Promise<string[][]> {
  const trial = new Trial();
  const rows: string[][] = [];
  const take = async (by: string, remote: Remote, work: Invocation): Promise<void> => {
    const before = taken(remote.files);
    if (remote.wire !== undefined) remote.wire.up = remote.wire.down = 0;
    const sample = await measure(work);
    const sent = (remote.wire?.up ?? taken(remote.files) - before) / 1e6;
    const content = (CHANGED + (remote.copies ? 0 : MOVED)) * SIZE / 1e6;
    const back = Deno.makeTempDirSync({ dir: trial.home });
    await run({
      program: "rclone",
      args: ["copy", `--config=${remote.config}`, remote.name, back],
      env: OWN_CERTIFICATES,
    });
    const same = JSON.stringify(treeOf(back)) === JSON.stringify(treeOf(trial.vault));
    rows.push([kind, by, ...sizes(sent, content), ...times(sample), yes(same)]);
    bench.say(`  away: ${rows.at(-1)?.join(", ")}`);
    if (by !== "hikae:replicate" || remote.wire === undefined) return;
    bench.report.target(`bytes to ${kind} per byte of new content`, sent / content, 1.25, "");
  };
  const [own, plain] = [join(trial.home, "own"), join(trial.home, "plain")];
  for (const dir of [own, plain]) Deno.mkdirSync(dir);
  await using mine = await place(kind, "rclone", own);
  await using theirs = await place(kind, "rclone", plain);
  trial.plugins(entry(mine));
  const sync = {
    program: "rclone",
    args: ["sync", `--config=${theirs.config}`, trial.vault, theirs.name],
    env: OWN_CERTIFICATES,
  };
  await run(trial.backup());
  await run(sync);
  trial.change();
  await take("hikae:replicate", mine, trial.backup());
  await take("rclone sync VAULT", theirs, sync);
  return rows;
}

function entry(remote: Remote): object {
  return {
    path: "hikae:replicate",
    allow: { run: ["rclone"], net: ["127.0.0.1"] },
    timeout: "10m",
    options: { remote: remote.name, args: [`--config=${remote.config}`] },
  };
}

async function inRestic(bench: Bench): Promise<string[][]> {
  const trial = new Trial();
  const [own, plain] = [join(trial.home, "own"), join(trial.home, "plain")];
  const env = { RESTIC_PASSWORD: "bench" };
  trial.plugins({
    path: "hikae:restic",
    allow: { run: ["restic"], env: ["RESTIC_PASSWORD"] },
    timeout: "10m",
    options: { repository: own, passwordEnv: "RESTIC_PASSWORD", init: true },
  });
  const restic = (...words: string[]): Invocation => ({
    program: "restic",
    args: ["-r", plain, ...words],
    env,
  });
  await run(trial.backup(env));
  await run(restic("init"));
  await run(restic("backup", trial.source));
  trial.change();
  const rows: string[][] = [["–", "hikae alone", "–", "–", ...times(await alone()), "–"]];
  for (
    const [by, dir, work] of [
      ["hikae:restic", own, trial.backup(env)],
      ["restic backup SOURCE", plain, restic("backup", trial.source)],
    ] as const
  ) {
    const before = taken(dir);
    const sample = await measure(work);
    const sent = (taken(dir) - before) / 1e6;
    rows.push(["restic", by, ...sizes(sent, CHANGED * SIZE / 1e6), ...times(sample), "–"]);
    bench.say(`  away: ${rows.at(-1)?.join(", ")}`);
  }
  return rows;
}

/** Bytes of the files below a directory. */
function taken(dir: string): number {
  return Number(quietly("du", ["-sb", "--apparent-size", dir])?.split("\t")[0] ?? NaN);
}

function sizes(sent: number, content: number): string[] {
  return [number(sent), `${number(sent / content)} ×`];
}

function times({ seconds, cpuSeconds }: Sample): string[] {
  return [number(seconds), number(cpuSeconds)];
}

function yes(is: boolean): string {
  return is ? "yes" : "**no**";
}

/** A NAS with the vaults of many machines. */
async function fleet(bench: Bench): Promise<void> {
  const { path } = diskPlace();
  const count = Math.max(10, Math.round(VAULTS * bench.scale));
  const source = join(path, "source");
  Deno.mkdirSync(source);
  const vault = join(path, "one");
  for (let i = 0; i < 4; i++) {
    Deno.writeTextFileSync(join(source, `f${i}`), String(i));
    await run(hikae(["backup", source, vault, "--init"], path));
  }
  const identity = JSON.parse(Deno.readTextFileSync(join(vault, ".$META$", "vault.json")));
  for (let i = 0; i < count; i++) {
    const group = join(path, "nas", `machine${i % 20}`);
    Deno.mkdirSync(group, { recursive: true });
    const to = join(group, `vault${i}`);
    await run({ program: "cp", args: ["-r", vault, to] });
    const own = JSON.stringify({ ...identity, id: crypto.randomUUID() });
    Deno.writeTextFileSync(join(to, ".$META$", "vault.json"), own);
  }
  const look = hikae(["status", join(path, "nas"), "--json"], path);
  await run(look);
  const seconds: number[] = [];
  for (let i = 0; i < bench.rounds; i++) seconds.push((await measure(look)).seconds);
  bench.report.target(`status of ${count} vaults`, median(seconds), 5, " s");
  bench.report.section("A fleet", [
    `\`hikae status DIR\` for ${count} vaults in 20 directories, four runs each, by their records alone: ${
      number(median(seconds))
    } s (median of ${seconds.length}).`,
  ]);
}
