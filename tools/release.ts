/**
 * `deno task release --base-url URL`: everything that a release is, in `dist/`: compiles, then fills the install
 * scripts and the manifests of Scoop, winget and Homebrew. `docs/dev/release.md` describes it.
 * @module
 */

import { parseArgs } from "node:util";
import { fromFileUrl, resolve } from "@std/path";
import settings from "../deno.json" with { type: "json" };
import { checkedLicense, checkedUrl, fill, LICENSE, type ReleaseFacts } from "./lib/fill.ts";
import { readSums, sha256, sumsOf } from "./lib/sums.ts";
import { TARGETS } from "./lib/targets.ts";

const ROOT = new URL("../", import.meta.url);

const USAGE = `deno task release --base-url URL [--homepage URL] [--license SPDX] [--out DIR]
                  [--no-compile | options of deno task compile]

  --base-url URL  where the files of dist/ will lie, for this version
  --homepage URL  the project's page (default: the base URL)
  --license SPDX  the license that the manifests name (default: ${LICENSE})
  --out DIR       where the files go (default: dist)
  --base DIR      take the base binaries from DIR instead of downloading them
  --no-compile    the binaries are in dist/ already`;

/** What is filled: the template below `packaging/`, and its place below the output. */
const TEMPLATES: readonly (readonly [from: string, to: string])[] = [
  ["install.sh", "install.sh"],
  ["install.ps1", "install.ps1"],
  ["scoop/hikae.json", "packages/scoop/hikae.json"],
  ["winget/hikae.hikae.yaml", "packages/winget/hikae.hikae.yaml"],
  ["winget/hikae.hikae.installer.yaml", "packages/winget/hikae.hikae.installer.yaml"],
  ["winget/hikae.hikae.locale.en-US.yaml", "packages/winget/hikae.hikae.locale.en-US.yaml"],
  ["homebrew/hikae.rb", "packages/homebrew/hikae.rb"],
];

interface Options {
  baseUrl: string;
  homepage: string;
  license: string;
  out: string;
  /** The words for `tools/compile.ts`; undefined for no compile. */
  compile: string[] | undefined;
}

function optionsOf(words: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...words],
    options: {
      "base-url": { type: "string" },
      homepage: { type: "string" },
      license: { type: "string" },
      out: { type: "string" },
      base: { type: "string" },
      "no-compile": { type: "boolean" },
      "no-check": { type: "boolean" },
    },
  });
  if (values["base-url"] === undefined) throw new Error(`--base-url is missing\n\n${USAGE}`);
  const baseUrl = checkedUrl(values["base-url"], "--base-url");
  const out = resolve(values.out ?? fromFileUrl(new URL("dist", ROOT)));
  const compile = ["--out", out];
  if (values.base !== undefined) compile.push("--base", resolve(values.base));
  if (values["no-check"]) compile.push("--no-check");
  return {
    baseUrl,
    homepage: values.homepage === undefined ? baseUrl : checkedUrl(values.homepage, "--homepage"),
    license: checkedLicense(values.license ?? LICENSE),
    out,
    compile: values["no-compile"] ? undefined : compile,
  };
}

async function main(words: readonly string[]): Promise<void> {
  const options = optionsOf(words);
  if (options.compile !== undefined) await compile(options.compile);
  const sums = await checkedSums(options.out);
  const { baseUrl, homepage, license } = options;
  const facts: ReleaseFacts = { version: settings.version, baseUrl, homepage, license, sums };
  const top: string[] = [];
  for (const [from, to] of TEMPLATES) {
    const template = await Deno.readTextFile(new URL(`packaging/${from}`, ROOT));
    const path = `${options.out}/${to}`;
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(path, fill(template, facts));
    say(to);
    if (!to.includes("/")) top.push(to);
  }
  const names = [...new Set([...sums.keys(), ...top])];
  await Deno.writeTextFile(`${options.out}/SHA256SUMS`, await sumsOf(options.out, names));
}

async function compile(args: readonly string[]): Promise<void> {
  const tool = fromFileUrl(new URL("compile.ts", import.meta.url));
  const child = new Deno.Command(Deno.execPath(), { args: ["run", "-A", tool, ...args] }).spawn();
  if (!(await child.status).success) throw new Error("not every binary could be made (see above)");
}

/** A manifest of a file that is not the one of SHA256SUMS would install nothing. */
async function checkedSums(out: string): Promise<Map<string, string>> {
  const sums = readSums(await Deno.readTextFile(`${out}/SHA256SUMS`));
  for (const { file } of TARGETS) {
    if (!sums.has(file)) throw new Error(`${out} has no ${file}: a release has all five`);
  }
  for (const [name, sum] of sums) {
    if (!name.startsWith("install.") && await sha256(`${out}/${name}`) !== sum) {
      throw new Error(`${out}/${name} is not what SHA256SUMS says: compile again`);
    }
  }
  return sums;
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
    await main(Deno.args);
  } catch (error) {
    say(`release: ${error instanceof Error ? error.message : String(error)}`);
    Deno.exit(1);
  }
}
