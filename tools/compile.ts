/**
 * `deno task compile`: the binaries, and beside them SHA256SUMS, a bill of materials, the man page and the completions.
 * Everything is made from the tree and from what the commands declare; `docs/dev/release.md` describes it.
 * @module
 */

import { parseArgs } from "node:util";
import { fromFileUrl, resolve } from "@std/path";
import settings from "../deno.json" with { type: "json" };
import { formatSize } from "../src/base/size.ts";
import { SHELLS } from "../src/cli/complete/shells.ts";
import { manPage } from "../src/cli/help/man.ts";
import { COMMANDS } from "../src/cli/table.ts";
import { compileOne } from "./lib/compile_one.ts";
import { type Commit, commitOf } from "./lib/git.ts";
import { run } from "./lib/run.ts";
import { bill, packagesOf, readLock } from "./lib/sbom.ts";
import { makeStage, type Stage } from "./lib/stage.ts";
import { sumsOf } from "./lib/sums.ts";
import { type Target, TARGETS, targetsOf } from "./lib/targets.ts";

const ROOT = new URL("../", import.meta.url);

const USAGE = `deno task compile [--here | --target TRIPLE…] [--out DIR] [--base DIR] [--no-check]

  --target TRIPLE  only this target, may be given several times (default: all)
  --here           only for this machine
  --out DIR        where the files go (default: dist)
  --base DIR       take the base binaries from DIR (denort-TRIPLE) instead of downloading them
  --no-check       do not check types first

DENORT_BIN=FILE is the base binary of the one target that is given.

Targets
${TARGETS.map((t) => `  ${t.triple}`).join("\n")}`;

interface Options {
  targets: Target[];
  out: string;
  base: string | undefined;
  check: boolean;
}

function optionsOf(words: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...words],
    options: {
      here: { type: "boolean" },
      target: { type: "string", multiple: true, default: [] },
      out: { type: "string" },
      base: { type: "string" },
      "no-check": { type: "boolean" },
    },
  });
  const triples = values.here ? [Deno.build.target] : values.target;
  const targets = triples.length === 0 ? [...TARGETS] : targetsOf(triples);
  if (targets.length > 1 && Deno.env.get("DENORT_BIN")) {
    throw new Error("DENORT_BIN is the base binary of one target: name it with --target");
  }
  const out = resolve(values.out ?? fromFileUrl(new URL("dist", ROOT)));
  const base = values.base === undefined ? undefined : resolve(values.base);
  return { targets, out, base, check: values["no-check"] !== true };
}

async function main(words: readonly string[]): Promise<number> {
  const options = optionsOf(words);
  await Deno.mkdir(options.out, { recursive: true });
  // `deno compile` takes an embedded module with wrong types or a missing import as it is
  if (options.check) {
    await run("deno", ["check", "main.ts", "src", "plugins"], { cwd: fromFileUrl(ROOT) });
  }
  const commit = await commitOf(ROOT);
  const stage = await makeStage(ROOT);
  try {
    const made = await compileAll(stage, commit, options);
    const beside = await writeBeside(stage, commit, options.out);
    await Deno.writeTextFile(
      `${options.out}/SHA256SUMS`,
      await sumsOf(options.out, [...made, ...beside]),
    );
    return made.length === options.targets.length ? 0 : 1;
  } finally {
    await stage.remove();
  }
}

/** A target that cannot be made does not stop the others. */
async function compileAll(stage: Stage, commit: Commit, options: Options): Promise<string[]> {
  const made: string[] = [];
  for (const target of options.targets) {
    const ending = target.windows ? ".exe" : "";
    try {
      const { bytes, payload, versioned } = await compileOne(stage, target, {
        out: options.out,
        commit,
        ...(options.base === undefined
          ? {}
          : { base: `${options.base}/denort-${target.triple}${ending}` }),
      });
      made.push(target.file);
      say(`${target.file}  ${formatSize(bytes)}, of which hikae ${formatSize(payload)}`);
      if (target.windows && !versioned) say("  its base binary has no place for a version");
    } catch (error) {
      say(`${target.file}: not made\n${indent(error)}`);
    }
  }
  return made;
}

/** What goes with the binaries; gives the names. */
async function writeBeside(stage: Stage, commit: Commit, out: string): Promise<string[]> {
  const facts = bill({
    version: settings.version,
    commit: commit.id,
    time: commit.time,
    deno: Deno.version.deno,
    lock: await readLock(),
    packages: packagesOf(stage.npmImports, settings.imports),
  });
  const files: Record<string, string> = {
    "hikae.cdx.json": JSON.stringify(facts, null, 2) + "\n",
    "hikae.1": manPage(COMMANDS, settings.version, commit.time.slice(0, 10)),
  };
  for (const shell of SHELLS) files[shell.file] = shell.render(COMMANDS);
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${out}/${name}`, text);
  }
  return Object.keys(files);
}

function indent(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split("\n").map((line) => `  ${line}`).join("\n");
}

function say(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

if (import.meta.main) {
  if (Deno.args.includes("--help")) {
    say(USAGE);
    Deno.exit(0);
  }
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    say(`compile: ${indent(error).trimStart()}`);
    Deno.exit(1);
  }
}
