/** One binary: `deno compile` of the stage, then a look at what came of it. @module */

import { fromFileUrl } from "@std/path";
import settings from "../../deno.json" with { type: "json" };
import { MEMORY_FLAGS, programFlags } from "../../src/sandbox/program_permissions.ts";
import { readBaked } from "./baked.ts";
import { wrongIn } from "./check_baked.ts";
import type { Commit } from "./git.ts";
import { withVersion } from "./pe_version.ts";
import { ProgramFailed, run } from "./run.ts";
import type { Stage } from "./stage.ts";
import type { Target } from "./targets.ts";

const ICON = fromFileUrl(new URL("../../assets/hikae.ico", import.meta.url));

/** What a compile needs besides the stage. */
export interface CompileOptions {
  /** Where the binary goes. */
  out: string;
  commit: Commit;
  /** A base binary in place of the one that Deno downloads. */
  base?: string;
}

/** What came of it. */
export interface Compiled {
  path: string;
  bytes: number;
  /** What stands behind the base binary. */
  payload: number;
  /** True when Windows shows hikae's version; a base binary may have no place for it. */
  versioned: boolean;
}

/** Compiles for one target; throws with one message what is missing or wrong. */
export async function compileOne(
  stage: Stage,
  target: Target,
  options: CompileOptions,
): Promise<Compiled> {
  await stage.tellBuild(options.commit, target.triple);
  const path = `${options.out}/${target.file}`;
  // one of another base is no file that Deno would write over
  await Deno.remove(path).catch(() => {});
  try {
    await run("deno", compileArguments(stage, target, path), {
      cwd: stage.dir,
      ...(options.base === undefined ? {} : { env: { DENORT_BIN: options.base } }),
    });
  } catch (error) {
    throw error instanceof ProgramFailed ? await inWords(error, target) : error;
  }
  const binary = await Deno.readFile(path);
  const baked = readBaked(binary);
  const wrong = wrongIn(baked, {
    windows: target.windows,
    files: stage.files,
    unstable: ["worker-options"],
  });
  if (wrong.length > 0) {
    throw new Error(`${path} is not as it should be:\n${wrong.map((w) => `  ${w}`).join("\n")}`);
  }
  const versioned = !target.windows ? undefined : withVersion(binary, {
    version: settings.version,
    product: "hikae",
    description: "hikae: versioned mirror backup",
    copyright: "the authors of hikae",
    file: "hikae.exe",
  });
  if (versioned !== undefined) await Deno.writeFile(path, versioned);
  return {
    path,
    bytes: (versioned ?? binary).length,
    payload: baked.bytes,
    versioned: versioned !== undefined,
  };
}

/** The words after `deno`. */
export function compileArguments(stage: Stage, target: Target, out: string): string[] {
  return [
    "compile",
    "--quiet",
    // the tree was checked; the copy has its packages without types
    "--no-check",
    "--no-npm",
    "--no-remote",
    "--no-lock",
    "--no-code-cache",
    ...programFlags(target.windows),
    ...MEMORY_FLAGS,
    ...stage.includes.flatMap((file) => ["--include", file]),
    ...(target.windows ? ["--icon", ICON] : []),
    "--app-name",
    "hikae",
    "--target",
    target.triple,
    "--output",
    out,
    "main.ts",
  ];
}

/** A base binary that cannot be had is not the caller's mistake: say what it is and where it goes. */
async function inWords(failed: ProgramFailed, target: Target): Promise<Error> {
  if (!failed.stderr.includes("Setting up base binary")) return failed;
  const name = `denort-${target.triple}.zip`;
  const version = `v${Deno.version.deno}`;
  const info = JSON.parse(await run("deno", ["info", "--json"])) as { denoDir: string };
  return new Error(
    [
      `the base binary of Deno ${version} for ${target.triple} is not here and cannot be downloaded. Get`,
      `  https://dl.deno.land/release/${version}/${name}`,
      "on a machine that can, and either put the archive, as it is, at",
      `  ${info.denoDir}/dl/release/${version}/${name}`,
      "or unpack it and name the program in it:",
      `  DENORT_BIN=/path/to/denort${target.windows ? ".exe" : ""} ` +
      `deno task compile --target ${target.triple}`,
    ].join("\n"),
    { cause: failed },
  );
}
