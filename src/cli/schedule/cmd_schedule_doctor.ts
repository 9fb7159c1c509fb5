/** `schedule doctor`: what differs between a scheduled run and one by hand, and a trial run. @module */

import { EXIT, HikaeError } from "../../base/errors.ts";
import { findDifferences, type ScheduleFinding, variablesIn } from "../../schedule/differences.ts";
import { runsHighest, runsLoggedOff, scheduledVariables } from "../../schedule/doctor.ts";
import { listInstalled } from "../../schedule/schedulers.ts";
import type { Context, RunCommand } from "../command.ts";
import { wrap } from "../help/help.ts";
import { trial } from "./schedule_trial.ts";
import {
  gatherHost,
  gatherJob,
  type HostJob,
  jobArgument,
  jobPaths,
  lineFor,
  type ScheduleHost,
} from "./schedule_host.ts";
import { text } from "../../text/text.ts";

/** Runs `schedule doctor`. */
export const run: RunCommand = async (context) => {
  const { name } = jobArgument(context, "doctor");
  const host = await gatherHost(context, true);
  const job = await gatherJob(context, host, name);
  const installed = await listInstalled(host.scheduler, [name], host.place, host.ports);
  if (!installed.some((one) => one.job === name)) {
    throw new HikaeError(
      "failed",
      text("schedule.not-scheduled", { job: name, scheduler: host.scheduler }),
      {
        hint: text("schedule.not-scheduled-hint", {
          line: lineFor(context, "schedule", "install", name, "--daily", "21:00"),
        }),
      },
    );
  }
  const findings = await compare(context, host, job, name);
  if (!context.parsed.has("no-run")) {
    context.tell(text("schedule.running", { job: name, scheduler: host.scheduler }));
    findings.push(await trial(context, host, job, name));
  }
  for (const finding of findings) {
    if (context.json) context.emit({ message_type: "answer", ...finding });
    else {
      const lines = wrap(`${finding.about}: ${finding.message}`, 72);
      context.say(`${finding.level.padEnd(7)} ${lines.join(`\n${" ".repeat(8)}`)}`);
    }
  }
  const problems = findings.filter((finding) => finding.level === "problem").length;
  if (context.json) {
    context.emit({ message_type: "summary", action: "schedule doctor", job: name, problems });
  }
  return problems === 0 ? EXIT.ok : EXIT.failed;
};

async function compare(
  context: Context,
  { scheduler, place, ports, drives }: ScheduleHost,
  { job, parts, file, command }: HostJob,
  name: string,
): Promise<ScheduleFinding[]> {
  const elevated = place.uid === undefined
    ? await ports.run("net", ["session"]).then((r) => r.code === 0, () => false)
    : place.uid === 0;
  const granted = job.plugins.flatMap(({ allow: { env } }) => env === true ? [] : env ?? []);
  return findDifferences({
    scheduler,
    paths: jobPaths({ job, parts }),
    variables: [...new Set([...variablesIn(ports.files.read(file) ?? ""), ...granted])],
    byHand: context.env,
    scheduled: await scheduledVariables(scheduler, place, ports.run, context.env),
    drives,
    command,
    home: place.home,
    elevated,
    elevatedPlugins: [
      ...(job.snapshotSource ? ["snapshot_source"] : []),
      ...job.plugins.filter((p) => p.path === "hikae:snapshot_source").map(() => "snapshot_source"),
    ],
    highest: await runsHighest(scheduler, name, ports.run),
    whetherLoggedOn: await runsLoggedOff(scheduler, name, place, ports.run),
  });
}
