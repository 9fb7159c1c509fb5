/** `hikae import`. @module */

import { join } from "@std/path";
import { HikaeError } from "../../base/errors.ts";
import type { Message } from "../../base/event.ts";
import { timeInName } from "../../base/named_time.ts";
import { parseStamp, stampToInstant } from "../../base/stamp.ts";
import type { SeriesItem } from "../../engine/backup/series.ts";
import { text } from "../../text/text.ts";
import { META, ROOT_FILES } from "../../vault/names.ts";
import type { Context } from "../command.ts";
import { StateDir } from "../state.ts";
import { absolute, isThere } from "../places/places.ts";
import { type BackupPlan, makePlan } from "./backup_plan.ts";
import { runBackup } from "./backup_run.ts";
import { patternsFor } from "../config/pattern_file.ts";
import { archiveOf } from "./foreign_archive.ts";
import { copiesOf, holdNotes } from "./series_copies.ts";
import { type CopyTime, copyTime } from "./series_times.ts";

/** Runs the command. */
export async function run(context: Context): Promise<number> {
  const { parsed } = context;
  const to = parsed.get("to");
  if (parsed.args.length === 0 || to === undefined) {
    throw new HikaeError("usage", text("import.usage"), { hint: text("import.usage-hint") });
  }
  const at = timeAsked(context);
  const state = new StateDir(context.env);
  const exclude = patternsFor(context);
  const { copies, left } = copiesOf(
    parsed.args.map((given) => ({ given, place: absolute(context.cwd, given) })),
    (given) => planOf(context, state, { given, to, exclude }),
  );
  const series = copies.map(({ plan, given }) => itemOf(plan.request.source, given, at));
  const plans = copies.map((copy) => copy.plan);
  const [plan] = plans;
  if (plan === undefined) throw new RangeError();
  let runs = 0;
  const emit = (m: Message): void => {
    if (m.message_type === "summary") runs++;
    context.emit(m);
  };
  const request = { ...plan.request, series, command: "import" };
  const notes = [...left, ...holdNotes(series, listed), ...plans.flatMap((p) => p.notes)];
  const code = await runBackup({ ...context, emit }, { ...plan, request, notes }, state);
  if (code !== 0 || parsed.has("explain-permissions")) return code;
  if (runs === 0) context.tell(text("import.done"));
  else if (!parsed.has("dry-run")) context.tell(text("import.next", { n: runs, vault: to }));
  return code;
}

/** The plan of a backup of one copy: all that is refused there is refused here. */
function planOf(
  context: Context,
  state: StateDir,
  { given, to, exclude }: { given: string; to: string; exclude: readonly string[] },
): BackupPlan {
  const plan = makePlan(context, state, {
    source: given,
    vaults: [to],
    exclude,
    excludeIfPresent: [],
    oneFileSystem: false,
    checksum: context.parsed.has("checksum"),
    attributes: false,
  });
  if (plan.problem !== undefined) throw plan.problem;
  const { source } = plan.request;
  if (isThere(join(source, META, ROOT_FILES.vault))) {
    throw new HikaeError("failed", text("import.is-vault"), {
      path: given,
      hint: text("import.is-vault-hint"),
    });
  }
  refuseArchive(source, given);
  return plan;
}

/** The archive of another tool would come in as the files that it is made of, with nothing of the past in it. */
function refuseArchive(source: string, given: string): void {
  const tool = archiveOf(listed(source));
  if (tool === undefined) return;
  const hint = tool === "rdiff-backup"
    ? text("import.is-increments-hint", { given })
    : text("import.is-archive-hint", { tool });
  throw new HikaeError("failed", text("import.is-archive", { tool }), { path: given, hint });
}

/** The names in a directory; none where it cannot be listed, which the run tells of. */
function listed(source: string): string[] {
  try {
    return Array.from(Deno.readDirSync(source), ({ name }) => name);
  } catch {
    return [];
  }
}

function itemOf(source: string, given: string, asked: number | undefined): SeriesItem {
  const found: CopyTime = asked === undefined
    ? copyTime(source, (path) => Deno.statSync(path).mtime?.getTime() ?? 0)
    : { at: asked, from: "at" };
  return { source, given, ...found };
}

/** The time of `--at`; undefined where it is not given. */
function timeAsked({ parsed }: Context): number | undefined {
  const written = parsed.get("at");
  if (written === undefined) return undefined;
  if (parsed.args.length > 1) {
    throw new HikaeError("usage", text("import.at-one", { n: parsed.args.length }), {
      hint: text("import.at-one-hint"),
    });
  }
  const stamp = parseStamp(written);
  const time = stamp === undefined ? timeInName(written) : stampToInstant(stamp);
  if (time !== undefined) return time;
  throw new HikaeError("usage", text("import.at-none", { written }), {
    hint: text("import.at-none-hint"),
  });
}
