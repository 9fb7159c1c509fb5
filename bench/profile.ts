/**
 * Where a backup spends its time: `deno run -A bench/profile.ts [--files N] [--source DIR] [--top N]`. The engine
 * runs in one thread of its own process, so that nothing of workers and lanes is seen; the profiles stay
 * (open them in a browser's developer tools for the flame graph).
 * @module
 */

import { parseArgs } from "@std/cli";
import { fromFileUrl } from "@std/path";
import { settle } from "./lib/bench.ts";
import { type CpuProfile, hottest } from "./lib/cpuprofile.ts";
import { say } from "./lib/out.ts";
import { leavePlaces, memoryPlace } from "./lib/place.ts";
import { exponential } from "./lib/random.ts";
import { number, table } from "./lib/report.ts";
import { makeTree } from "./lib/trees.ts";

const RUN = fromFileUrl(new URL("./lib/profile_run.ts", import.meta.url));

async function profile(name: string, args: string[], to: string): Promise<CpuProfile> {
  const file = `${name.replaceAll(" ", "-")}.cpuprofile`;
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--cpu-prof", `--cpu-prof-dir=${to}`, `--cpu-prof-name=${file}`]
      .concat(RUN, args),
  }).output().then((out) => {
    Deno.stdout.writeSync(out.stdout);
    Deno.stderr.writeSync(out.stderr);
    return out;
  });
  if (!success) throw new Error(`${name}: the run failed`);
  return JSON.parse(Deno.readTextFileSync(`${to}/${file}`)) as CpuProfile;
}

function show(name: string, cpu: CpuProfile, top: number): void {
  const hot = hottest(cpu);
  const all = hot.reduce((sum, h) => sum + h.self, 0);
  const row = (h: typeof hot[number]): string[] => [
    h.name,
    number(h.self),
    `${number(100 * h.self / all)} %`,
    number(h.total),
  ];
  const head = ["function", "self ms", "", "total ms"];
  say(`\n## ${name}: ${number(all)} ms\n`);
  for (const line of table(head, hot.slice(0, top).map(row))) say(line);
  const ours = hot.filter((h) => h.name.includes(" src/")).sort((a, b) => b.total - a.total);
  say("\nhikae's own, by total:\n");
  for (const line of table(head, ours.slice(0, top).map(row))) say(line);
}

async function main(): Promise<void> {
  const args = parseArgs(Deno.args, { string: ["files", "source", "top"] });
  const place = memoryPlace();
  const source = args.source as string | undefined ?? `${place.path}/source`;
  if (args.source === undefined) {
    const files = Number(args.files ?? 20_000);
    makeTree(source, { files, filesPerDir: 20, size: (r) => exponential(r, 13_000) }, 1);
    await settle();
  }
  const vault = `${place.path}/vault`;
  const to = Deno.makeTempDirSync({ prefix: "hikae-profile-" });
  const top = Number(args.top ?? 25);
  for (const [name, mode] of [["first run", ""], ["no change", ""], ["by content", "checksum"]]) {
    if (name === undefined || mode === undefined) continue;
    show(name, await profile(name, [source, vault, mode], to), top);
    // the vault had no id to name a place by, so that run's index was in memory: the next one makes it of the record,
    // which is not what a run without changes does
    if (name === "first run") await profile("index", [source, vault, ""], to);
    await settle();
  }
  say(`\nprofiles: ${to}`);
}

try {
  await main();
} finally {
  leavePlaces();
}
