/**
 * `status --prometheus FILE` and `--notify NAME`: the answer comes from a child, for a process that has looked has
 * given up what it takes to write a file or to start a plugin.
 * @module
 */

import { systemText } from "../../base/system_text.ts";
import { basename, dirname, join } from "@std/path";
import { EXIT, HikaeError } from "../../base/errors.ts";
import type { Message } from "../../base/event.ts";
import { below, smallFiles } from "../../base/small_files.ts";
import type { JobPlugin } from "../../config/types.ts";
import { denoFs } from "../../platform/deno_fs.ts";
import { statusHead } from "../../report/answers.ts";
import { prometheusText } from "../../report/prometheus.ts";
import { text } from "../../text/text.ts";
import { openBackupPlugins } from "../backup/backup_plugins.ts";
import { askChildFully, flagsOf } from "../child.ts";
import type { Context } from "../command.ts";
import { replaceByPart } from "../new_file.ts";
import { refuseWriteInVault } from "../places/enclosing_vault.ts";
import { absolute, realPlaceToMake } from "../places/places.ts";
import { StateDir } from "../state.ts";
import { emptyPlan } from "../tell_without_config.ts";
import { configOf } from "../lookup/vault_arg.ts";

type StatusRecord = Record<string, unknown>;

const OWN: ReadonlySet<string> = new Set(["prometheus", "notify", "json", "help"]);

/** Answers as `status` does, then writes the file and tells the plugin; gives the exit code of the answer. */
export async function statusAndTell(context: Context): Promise<number> {
  const { parsed } = context;
  const name = parsed.get("notify");
  const teller = name === undefined ? undefined : await pluginNamed(context, name);
  const words = ["status", ...flagsOf(context, OWN), "--", ...parsed.args];
  const { code, messages } = await askChildFully(context, words, "inherit");
  const lines = messages.filter((m) => m.message_type === "job_status");
  if (lines.length > 0 && !context.json && context.narrow !== true) context.say(statusHead());
  for (const message of messages) context.emit(message as unknown as Message);
  if (parsed.has("explain-permissions")) return code;
  const file = parsed.get("prometheus");
  if (file !== undefined) writeGauges(context, file, prometheusText(lines));
  if (teller === undefined || name === undefined) return code;
  const told = await notify(context, { name, ...teller }, lines);
  return told || code !== EXIT.ok ? code : EXIT.incomplete;
}

/** Replaces the file in one step; whoever collects it is another user. */
function writeGauges(context: Context, given: string, gauges: string): void {
  const path = absolute(context.cwd, given);
  refuseWriteInVault(realPlaceToMake(context.cwd, given));
  const part = join(dirname(path), `.${basename(path)}.${crypto.randomUUID().slice(0, 8)}`);
  try {
    replaceByPart({ part, path, mode: 0o644 }, gauges);
  } catch (cause) {
    throw new HikaeError("failed", text("status.file", { path, why: systemText(cause) }), {
      path: given,
      hint: text("status.file-hint"),
      cause,
    });
  }
}

/** A plugin of the config, and the file that this is. */
interface StatusPlugin {
  entry: JobPlugin;
  file: string;
}

/** The plugin of the config that is so named: `webhook`, `hikae:webhook`, or a file's name. */
async function pluginNamed(context: Context, name: string): Promise<StatusPlugin> {
  const loaded = await configOf(context);
  const entries = Object.values(loaded?.config.jobs ?? {}).flatMap((job) => job.plugins);
  const nameOf = (path: string): string => basename(path).replace(/^hikae:|\.ts$/g, "");
  const entry = entries.find((p) => p.path === name || nameOf(p.path) === name);
  if (loaded?.refused !== undefined) throw loaded.refused;
  if (entry !== undefined && loaded?.untrusted !== undefined) throw loaded.untrusted;
  if (entry !== undefined && loaded !== undefined) return { entry, file: loaded.file };
  const names = [...new Set(entries.map((p) => nameOf(p.path)))].join(", ");
  throw new HikaeError("usage", text("status.no-plugin", { name }), {
    hint: names === "" ? text("status.no-plugin-none") : text("status.no-plugin-hint", { names }),
  });
}

/** What was told last, by plugin and by what was asked. */
type NotifiedStates = Record<string, { state: string; time: string }>;

const WEEK_MS = 7 * 86_400_000;

/** What is wrong with a vault: its kinds of trouble, and that it cannot be asked. */
function wrongWith({ result, trouble }: StatusRecord): string[] {
  const kinds = Array.isArray(trouble) ? trouble.map(String) : [];
  return result === "unreachable" ? ["unreachable", ...kinds] : kinds;
}

/** Tells the plugin when something has changed, or weekly; false when it could not be told. */
async function notify(
  context: Context,
  { name, entry, file }: StatusPlugin & { name: string },
  lines: readonly StatusRecord[],
): Promise<boolean> {
  const troubled = lines.filter((l) => wrongWith(l).length > 0);
  const state = troubled.map((l) => `${l.vault}: ${wrongWith(l).join(", ")}`).sort().join("\n");
  const key = [name, ...context.parsed.args.map((a) => absolute(context.cwd, a))].join("\n");
  const book = new StateDir(context.env).directory;
  const before = readTold(book);
  const now = context.clock.now();
  const last = before[key];
  if (last !== undefined && last.state === state && now - Date.parse(last.time) < WEEK_MS) {
    context.tell(text("status.not-told", { name }));
    return true;
  }
  if (!await tell(context, { entry, file }, troubled)) return false;
  writeTold(context, book, { ...before, [key]: { state, time: new Date(now).toISOString() } });
  context.tell(text("status.told", { name }));
  return true;
}

async function tell(
  context: Context,
  { entry, file }: StatusPlugin,
  troubled: readonly StatusRecord[],
): Promise<boolean> {
  const given = troubled.map((l) => String(l.vault));
  let failed = false;
  const heard: Context = {
    ...context,
    emit: (m) => {
      if (m.message_type === "error") failed = true;
      context.emit(m);
    },
  };
  const plan = { ...emptyPlan("status", file, [{ ...entry, onError: "warn" as const }]), given };
  const plugins = await openBackupPlugins(heard, plan);
  try {
    for (const line of troubled) {
      const vault = String(line.vault);
      const why = wrongWith(line).join(", ");
      plugins.watch({
        message_type: "error",
        path: vault,
        vault,
        during: "backup",
        code: "failed",
        message: typeof line.message === "string" ? `${why}: ${line.message}` : why,
      });
    }
    await plugins.after(troubled.length === 0 ? EXIT.ok : EXIT.failed);
    return !failed;
  } finally {
    await plugins.close();
  }
}

function readTold(state: string | undefined): NotifiedStates {
  try {
    return JSON.parse(smallFiles(denoFs).read(below(state ?? "", "notified.json")) ?? "{}");
  } catch {
    return {};
  }
}

function writeTold(context: Context, state: string | undefined, told: NotifiedStates): void {
  if (state === undefined) return;
  try {
    smallFiles(denoFs).write(below(state, "notified.json"), `${JSON.stringify(told)}\n`);
  } catch (error) {
    // then it is told again tomorrow
    context.tell(text("usage.note", { what: systemText(error) }));
  }
}
