/** What the page's set-up asks of this machine, and what its answers come to: the same parts as `hikae init`. @module */

import { defined } from "../../base/defined.ts";
import { HikaeError } from "../../base/errors.ts";
import type { SetupChoices, SetupPlan, SetupWords } from "../../base/setup.ts";
import { addJob } from "../../config/add_job.ts";
import { homeOf } from "../../config/expand.ts";
import { parseConfig } from "../../config/parse.ts";
import type { Config, Expansion } from "../../config/types.ts";
import { sha256Of } from "../../platform/hash.ts";
import { pasteLine } from "../../schedule/quote.ts";
import { text } from "../../text/text.ts";
import { look } from "../config/config_files.ts";
import { driveRoots, findFolders } from "../config/config_folders.ts";
import { platformOf } from "../platform.ts";
import { runProgram } from "../program/run_program.ts";
import type { Context } from "../command.ts";
import { isInside } from "../places/places.ts";
import { join } from "@std/path";
import {
  configOf,
  jobLines,
  jobName,
  readExclude,
  readKeep,
  readWhen,
  type SetupAnswers,
} from "./answers.ts";
import type { Taken } from "../asking.ts";
import { namedDrives } from "./drives.ts";
import {
  EXCLUDE,
  onOneDisk,
  type OwnConfig,
  ownConfig,
  takeFolder,
  takeVault,
  tried,
} from "./places.ts";

const WINDOWS = Deno.build.os === "windows";

/** What there is to choose. */
export async function setupChoices(context: Context): Promise<SetupChoices> {
  const expansion = expansionOf(context);
  const folders = findFolders(expansion, look)?.folders ?? [];
  const roots = driveRoots(expansion, look);
  const drives = await namedDrives(roots, WINDOWS, context.runProgram ?? runProgram);
  const choices = { folders, drives, exclude: EXCLUDE };
  try {
    ownConfig(context);
    return choices;
  } catch (error) {
    if (error instanceof HikaeError && error.path !== undefined) {
      return { ...choices, exists: error.path };
    }
    throw error;
  }
}

/** A plan, with the answers that it is of where they are all good. */
export interface PlannedSetup {
  plan: SetupPlan;
  answers?: SetupAnswers;
}

/** Checks the answers; nothing is written. */
export function planSetup(context: Context, words: SetupWords): PlannedSetup {
  const problems: string[] = [];
  const taken = <T>(given: Taken<T>, otherwise: T): T => {
    if ("value" in given) return given.value;
    problems.push(given.problem);
    return otherwise;
  };
  const source = taken(within(context, tried(() => takeFolder(context, words.source))), "");
  const own = taken(tried(() => ({ value: ownConfig(context) })), NO_CONFIG);
  const known = taken(tried(() => ({ value: jobsIn(context, own) })), {});
  const job = freeName(jobName(source), known);
  const place = words.vault === "" && words.drive !== ""
    ? join(words.drive, `hikae-${job}`)
    : words.vault;
  const vault = source === "" ? "" : taken(within(context, takeVault(context, place, source)), "");
  const when = taken(readWhen(words.when), []);
  const exclude = taken(readExclude(words.exclude.trim() === "" ? "none" : words.exclude), []);
  const keepAll = taken(readKeep(words.keep), false);
  taken(untaken(vault, known), "");
  if (problems.length > 0) return { plan: { ...NOTHING, problems } };
  const told = { kind: "nobody" } as const;
  const answers: SetupAnswers = { job, source, vault, when, exclude, keepAll, told };
  const { text: config, added } = taken(textOf(own, answers), { text: "", added: undefined });
  taken(tried(() => readsBack(context, own.file, config, answers)), "");
  if (problems.length > 0) return { plan: { ...NOTHING, problems } };
  const line = (...line: string[]): string => pasteLine(["hikae", ...line], WINDOWS);
  return {
    answers,
    plan: {
      problems,
      job,
      file: own.file,
      config,
      ...defined({ added }),
      digest: sha256Of(`${own.file}\n${config}`),
      commands: [
        line("backup", job, "--init"),
        ...(when.length === 0 ? [] : [line("schedule", "install", job, ...when)]),
      ],
      sameDisk: onOneDisk(source, vault),
    },
  };
}

const NO_CONFIG: OwnConfig = { file: "", text: undefined };

/** The jobs of a config that is there; throws what is wrong with it. */
function jobsIn(context: Context, { file, text }: OwnConfig): Config["jobs"] {
  if (text === undefined) return {};
  return parseConfig(text, { file, expand: expansionOf(context) }).config.jobs;
}

/** A name that no job has. */
function freeName(name: string, jobs: Config["jobs"]): string {
  let free = name;
  for (let n = 2; Object.hasOwn(jobs, free); n++) free = `${name}-${n}`;
  return free;
}

/** One vault is for one source. */
function untaken(vault: string, jobs: Config["jobs"]): Taken<string> {
  const other = Object.entries(jobs).find(([, { vaults }]) =>
    vaults.some((path) => vault !== "" && isInside(path, vault, WINDOWS))
  );
  return other === undefined
    ? { value: vault }
    : { problem: text("setup.vault-taken", { path: vault, job: other[0] }) };
}

/** The text of the config with the job: a new one, or the one that is there with these lines more. */
function textOf(
  { file, text: before }: OwnConfig,
  answers: SetupAnswers,
): Taken<{ text: string; added: string | undefined }> {
  const platform = platformOf(Deno.build.os);
  if (before === undefined) {
    return { value: { text: configOf(answers, platform), added: undefined } };
  }
  const value = addJob(before, answers.job, jobLines(answers, platform));
  return value === undefined ? { problem: text("setup.not-read", { path: file }) } : { value };
}

const NOTHING: SetupPlan = {
  problems: [],
  job: "",
  file: "",
  config: "",
  digest: "",
  commands: [],
  sameDisk: false,
};

function expansionOf({ env }: Context): Expansion {
  return { env, platform: platformOf(Deno.build.os) };
}

/** What would be written reads back as it was meant: a form may send what nobody can type. */
function readsBack(
  context: Context,
  file: string,
  written: string,
  { job, source, vault }: SetupAnswers,
): Taken<string> {
  const { config } = parseConfig(written, { file, expand: expansionOf(context) });
  const read = config.jobs[job];
  const same = read?.source === source && read.vaults[0] === vault;
  return same ? { value: written } : { problem: text("setup.not-read", { path: source }) };
}

/** A page sets up what is the user's own: anything else is for a terminal, where the person is known to sit. */
function within(context: Context, taken: Taken<string>): Taken<string> {
  if (!("value" in taken)) return taken;
  const expansion = expansionOf(context);
  const home = homeOf(expansion);
  const places = [...(home === undefined ? [] : [home]), ...driveRoots(expansion, look)];
  const inside = places.some((place) => {
    try {
      return isInside(taken.value, Deno.realPathSync(place), WINDOWS);
    } catch {
      return false;
    }
  });
  return inside ? taken : { problem: text("setup.outside", { path: taken.value }) };
}
