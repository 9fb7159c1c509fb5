/** What the page's set-up asks of this machine, and what its answers come to: the same parts as `hikae init`. @module */

import { isDriveName } from "../../base/drive_names.ts";
import { HikaeError, isNotFound, messageOf } from "../../base/errors.ts";
import type { SetupChoices, SetupPlan, SetupWords } from "../../base/setup.ts";
import { homeOf } from "../../config/expand.ts";
import { parseConfig } from "../../config/parse.ts";
import type { Expansion } from "../../config/types.ts";
import { pasteLine } from "../../schedule/quote.ts";
import { text } from "../../text/text.ts";
import { look } from "../config/config_files.ts";
import { driveRoots, findFolders } from "../config/config_folders.ts";
import { platformOf } from "../platform.ts";
import { runProgram } from "../plugin/run_program.ts";
import type { Context } from "../command.ts";
import { isVault } from "../vault/find_vaults.ts";
import { isInside } from "../vault/places.ts";
import { join } from "@std/path";
import {
  configOf,
  jobName,
  readExclude,
  readKeep,
  readWhen,
  type SetupAnswers,
} from "./answers.ts";
import type { Taken } from "./asking.ts";
import { namedDrives } from "./drives.ts";
import { configPlace, EXCLUDE, onOneDisk, takeFolder, takeVault } from "./places.ts";

const WINDOWS = Deno.build.os === "windows";

/** What there is to choose. */
export async function setupChoices(context: Context): Promise<SetupChoices> {
  const expansion = expansionOf(context);
  const folders = findFolders(expansion, look)?.folders ?? [];
  const roots = driveRoots(expansion, look);
  const drives = await namedDrives(roots, WINDOWS, context.runProgram ?? runProgram);
  const choices = { folders, drives, exclude: EXCLUDE };
  try {
    configPlace(context);
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
  const job = jobName(source);
  const place = words.vault === "" && words.drive !== ""
    ? join(words.drive, `hikae-${job}`)
    : words.vault;
  const vault = source === ""
    ? ""
    : taken(within(context, free(tried(() => takeVault(context, place, source)))), "");
  const when = taken(readWhen(words.when), []);
  const exclude = taken(readExclude(words.exclude.trim() === "" ? "none" : words.exclude), []);
  const keepAll = taken(readKeep(words.keep), false);
  const file = taken(tried(() => ({ value: configPlace(context) })), "");
  if (problems.length > 0) return { plan: { ...NOTHING, problems } };
  const told = { kind: "nobody" } as const;
  const answers: SetupAnswers = { job, source, vault, when, exclude, keepAll, told };
  const config = configOf(answers, platformOf(Deno.build.os));
  taken(tried(() => readsBack(context, file, config, answers)), "");
  if (problems.length > 0) return { plan: { ...NOTHING, problems } };
  const line = (...line: string[]): string => pasteLine(["hikae", ...line], WINDOWS);
  return {
    answers,
    plan: {
      problems,
      job,
      file,
      config,
      commands: [
        line("backup", job, "--init"),
        ...(when.length === 0 ? [] : [line("schedule", "install", job, ...when)]),
      ],
      sameDisk: onOneDisk(source, vault),
    },
  };
}

const NOTHING: SetupPlan = {
  problems: [],
  job: "",
  file: "",
  config: "",
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

/** What cannot be looked at is told as what is wrong with the answer. */
function tried<T>(take: () => Taken<T>): Taken<T> {
  try {
    return take();
  } catch (error) {
    const hint = error instanceof HikaeError && error.hint !== undefined ? `; ${error.hint}` : "";
    return { problem: `${messageOf(error)}${hint}` };
  }
}

/** A folder that holds something else is no place for a vault; a vault is, and its history goes on. */
function free(taken: Taken<string>): Taken<string> {
  if (!("value" in taken) || isVault(taken.value)) return taken;
  try {
    const strange = [...Deno.readDirSync(taken.value)]
      .some(({ name, isDirectory }) => !isDriveName(name, isDirectory ? "dir" : "file"));
    return strange ? { problem: text("setup.not-empty", { path: taken.value }) } : taken;
  } catch (error) {
    return isNotFound(error) ? taken : { problem: messageOf(error) };
  }
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
