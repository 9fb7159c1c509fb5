/** `hikae report`. @module */

import { EXIT } from "../../base/errors.ts";
import type { ReportRequest } from "../../engine/query/report.ts";
import { reportPage } from "../../report/html/page.ts";
import { reportText } from "../../report/report_text.ts";
import type { RunCommand } from "../command.ts";
import { runEngine } from "../engine.ts";
import { forEachPart } from "../lookup/each_part.ts";
import { argumentsOf } from "./run_query.ts";
import { reportPlace, writeReport } from "./report_file.ts";
import { reportRules } from "./report_rules.ts";
import type { LastRunNote } from "../../sandbox/last_runs.ts";
import type { ReportData } from "../../base/report_data.ts";
import { stampToInstant } from "../../base/stamp.ts";
import { StateDir } from "../state.ts";
import { vaultArg } from "../lookup/vault_arg.ts";

/** So many files are named in each list. */
const MOST = 15;

/** Runs the command. */
export const run: RunCommand = async (context) => {
  argumentsOf(context, 0, 0);
  // one page is of one vault: --html wants a source to be named
  const parts = context.parsed.get("html") === undefined ? await forEachPart(context) : undefined;
  if (parts !== undefined) return parts;
  const vault = await vaultArg(context);
  const given = context.parsed.get("html");
  const place = given === undefined ? undefined : reportPlace(context.cwd, given, vault.root);
  const { rules, note } = reportRules(vault.job?.job);
  const request: ReportRequest = {
    root: vault.root,
    windows: Deno.build.os === "windows",
    given: vault.given,
    job: vault.job?.name ?? null,
    rules,
    rulesNote: note,
    most: MOST,
    // the page alone shows each
    runs: place !== undefined,
  };
  const ended = new StateDir(context.env).lastRunOf(context.cwd, vault.given);
  const asked = await runEngine(context, {
    command: "report",
    access: "look",
    roots: { vault: [vault.root] },
    // the page is main's to write: the engine that reads the vault can write nothing
    keep: place === undefined ? [] : ["read", "write"],
    request,
  });
  if (asked === undefined) return EXIT.ok;
  const data = withPlugins(asked, ended);
  if (place !== undefined && given !== undefined) writeReport(place, given, reportPage(data));
  const { runs: _runs, plugins, snapshots, first, last, ...rest } = data;
  context.emit({
    message_type: "summary",
    command: "report",
    ...rest,
    snapshots,
    first,
    last,
    plugins_failed: plugins?.count ?? 0,
    html: place ?? null,
    ...(context.json ? {} : { text: reportText(data, place) }),
  });
  return EXIT.ok;
};

/** The report with what this machine noted of plugins since the last run began. */
function withPlugins(data: ReportData, ended: LastRunNote | undefined): ReportData {
  const { last } = data;
  if (ended?.plugins_failed === undefined) return data;
  if (last !== null && Date.parse(ended.time) < stampToInstant(last)) return data;
  return { ...data, plugins: { count: ended.plugins_failed, message: ended.message } };
}
