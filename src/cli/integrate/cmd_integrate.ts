/** `hikae integrate`: the entry "Versions" in the right click of the file manager. @module */

import { EXIT, HikaeError } from "../../base/errors.ts";
import { smallFiles } from "../../base/small_files.ts";
import { denoFs } from "../../platform/deno_fs.ts";
import {
  applySteps,
  type Quote,
  renderSteps,
  type SchedulePorts,
  type ScheduleStep,
} from "../../schedule/plan.ts";
import { quoteSh, quoteWindows } from "../../schedule/quote.ts";
import { text } from "../../text/text.ts";
import type { Context, RunCommand } from "../command.ts";
import { type Manager, MANAGER_NAMES, MARK, type MenuEntry } from "./manager.ts";
import { MANAGERS } from "./managers.ts";
import { scriptsDir } from "./nautilus.ts";
import { isThere } from "../places/places.ts";
import { programPath } from "../program/programs.ts";
import { runProgram } from "../program/run_program.ts";
import { sayDone } from "../output.ts";
import { selfCommand } from "../self.ts";

/** Runs the command. */
export const run: RunCommand = async (context) => {
  const { parsed } = context;
  const [remove, print] = [parsed.has("remove"), parsed.has("print")];
  const entry = entryOf(context);
  const managers = chosen(context, { remove, print });
  const ports: SchedulePorts = {
    run: context.runProgram ?? runProgram,
    files: smallFiles(denoFs, 0o644),
    programs: smallFiles(denoFs, 0o755),
  };
  for (const manager of managers) {
    const steps = remove ? manager.remove(entry) : manager.add(entry);
    if (print && !context.json) show(context, manager, steps);
    else if (print) tellSteps(context, steps);
    else if (remove) await takeAway(context, manager, withOldNames(steps, entry, ports), ports);
    else await put(context, manager, steps, ports);
  }
  if (context.json) {
    const names = managers.map(({ name }) => name);
    context.emit({ message_type: "summary", action: "integrate", managers: names, remove, print });
  }
  return EXIT.ok;
};

/** The file managers that are meant: named ones, or those of this system that are installed; all of it if none is. */
function chosen(
  context: Context,
  { remove, print }: { remove: boolean; print: boolean },
): readonly Manager[] {
  const named = context.parsed.all("for");
  const here = MANAGERS.filter(({ os }) => os === Deno.build.os);
  const wrong = named.find((name) => !MANAGER_NAMES.some((n) => n === name));
  if (wrong !== undefined) {
    throw new HikaeError("usage", text("integrate.unknown", { name: wrong }), {
      hint: text("integrate.unknown-hint", { names: MANAGER_NAMES.join(", ") }),
    });
  }
  if (named.length > 0) {
    const managers = MANAGERS.filter(({ name }) => named.includes(name));
    const elsewhere = managers.find((manager) => !here.includes(manager));
    if (elsewhere === undefined || print) return managers;
    throw new HikaeError("usage", text("integrate.elsewhere", { title: elsewhere.title }), {
      hint: text("integrate.elsewhere-hint", { name: elsewhere.name }),
    });
  }
  // one that was uninstalled has left its entry behind
  if (remove) return here;
  const there = here.filter(({ program }) => program === undefined || programPath(program));
  if (there.length > 0) return there;
  if (here.length === 0) throw new HikaeError("failed", text("integrate.none"));
  // small files of this user's own, that a file manager finds when it is installed
  if (!print) context.tell(text("usage.note", { what: text("integrate.waits") }));
  return here;
}

function entryOf({ env }: Context): MenuEntry {
  const home = env(Deno.build.os === "windows" ? "USERPROFILE" : "HOME") ?? "";
  const data = env("XDG_DATA_HOME");
  const { program, args } = selfCommand();
  const command = [program, ...args, "serve", "--open", "--clicked", "--"];
  // file managers put what was clicked on in the place of "%" and a letter
  const odd = command.find((word) => /[\p{Cc}%]/u.test(word));
  if (odd !== undefined) {
    throw new HikaeError("failed", text("integrate.odd-program", { path: JSON.stringify(odd) }), {
      hint: text("integrate.odd-program-hint"),
    });
  }
  return {
    label: text("integrate.entry"),
    command,
    home,
    data: data?.startsWith("/") ? data : `${home}/.local/share`,
  };
}

function quoteOf({ os }: Manager): Quote {
  return os === "windows" ? quoteWindows : quoteSh;
}

function show(context: Context, manager: Manager, steps: readonly ScheduleStep[]): void {
  context.say(`# ${manager.title}\n${renderSteps(steps, [], quoteOf(manager))}\n`);
}

/** What is done, or would be, for programs. */
function tellSteps(context: Context, steps: readonly ScheduleStep[]): void {
  if (!context.json) return;
  for (const step of steps) context.emit({ message_type: "answer", ...step });
}

async function put(
  context: Context,
  manager: Manager,
  steps: readonly ScheduleStep[],
  ports: SchedulePorts,
): Promise<void> {
  for (const step of steps) {
    if (step.kind !== "write" || isOurs(ports, step.path)) continue;
    throw new HikaeError("failed", text("integrate.not-ours"), {
      path: step.path,
      hint: text("integrate.not-ours-hint"),
    });
  }
  await applySteps(steps, quoteOf(manager), ports);
  tellSteps(context, steps);
  const { title, where } = manager;
  sayDone(context, text("integrate.added", { entry: text("integrate.entry"), title }));
  if (where !== undefined) context.tell(text("usage.note", { what: text(where) }));
}

/** The menu of GNOME Files shows the file's name, so an entry in another language is another file. */
function withOldNames(
  steps: readonly ScheduleStep[],
  { data }: MenuEntry,
  { files }: SchedulePorts,
): readonly ScheduleStep[] {
  const dir = scriptsDir(data);
  if (!steps.some((step) => step.kind === "remove" && step.path.startsWith(`${dir}/`))) {
    return steps;
  }
  return files.list(dir).map((name) => ({ kind: "remove", path: `${dir}/${name}` }));
}

async function takeAway(
  context: Context,
  manager: Manager,
  steps: readonly ScheduleStep[],
  ports: SchedulePorts,
): Promise<void> {
  const there = steps.filter((step) =>
    step.kind === "run" || step.kind === "remove" && isThere(step.path) && isOurs(ports, step.path)
  );
  const files = steps.some((step) => step.kind === "remove");
  if (files && !there.some((step) => step.kind === "remove")) return;
  await applySteps(there, quoteOf(manager), ports);
  tellSteps(context, there);
  sayDone(context, text("integrate.removed", { title: manager.title }));
}

/** True where nothing is, for a directory, and for a file that says whose it is. */
function isOurs({ files }: SchedulePorts, path: string): boolean {
  try {
    return files.read(path)?.includes(MARK) ?? true;
  } catch {
    // a directory of the entry's own, removed only when it is empty
    return Deno.lstatSync(path).isDirectory;
  }
}
