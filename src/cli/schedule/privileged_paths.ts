/**
 * A schedule that runs with all rights (root's own, `--highest` on Windows) starts what its program, config and
 * plugins say: who may write one of them, or a directory on the way to it, would have those rights as well.
 * @module
 */

import { HikaeError } from "../../base/errors.ts";
import { pathsOf } from "../../config/expand.ts";
import { ACL_SCRIPT, type AclKind, changeable, parseAcls } from "../../schedule/acl.ts";
import type { ScheduleRequest } from "../../schedule/plan.ts";
import { text } from "../../text/text.ts";
import type { HostJob, ScheduleHost } from "./schedule_host.ts";

/** Throws when a schedule with all rights would start what others may change. */
export async function refuseOpenPaths(
  host: ScheduleHost,
  request: ScheduleRequest,
  job: HostJob,
): Promise<void> {
  const windows = host.scheduler === "task-scheduler";
  if (windows ? !request.options.highest : host.place.uid !== 0) return;
  const files = [
    job.command.program,
    // of a checkout; a relative word is none
    ...job.command.args.filter((word) => /\.ts$/.test(word)),
    job.file,
    ...job.job.plugins.filter((p) => !p.path.startsWith("hikae:")).map((p) => p.path),
  ];
  const open = windows ? await openOnWindows(host, files) : openHere(files);
  if (open === undefined) return;
  const where = windows
    ? "C:\\Program Files\\hikae, C:\\ProgramData\\hikae"
    : "/usr/local/bin, /etc/hikae";
  const who = windows ? "administrators" : "root";
  throw new HikaeError("usage", text("schedule.open-path", { path: open }), {
    path: open,
    hint: text("schedule.open-path-hint", { who, where }),
  });
}

/** The first of the files, or of the directories above them, that somebody else than root may write. */
function openHere(files: readonly string[]): string | undefined {
  for (const file of files) {
    for (const path of wayTo(file)) {
      const { uid, mode, isDirectory } = Deno.statSync(path);
      const sticky = isDirectory && ((mode ?? 0) & 0o1000) !== 0;
      if (uid !== 0 || (((mode ?? 0) & 0o022) !== 0 && !sticky)) return path;
    }
  }
  return undefined;
}

/** A file's real path, and the directories above it. */
function wayTo(file: string): string[] {
  const { dirname } = pathsOf(Deno.build.os === "windows" ? "windows" : "linux");
  const way = [Deno.realPathSync(file)];
  for (let at = dirname(way[0] ?? file);; at = dirname(at)) {
    way.push(at);
    if (dirname(at) === at) return way;
  }
}

async function openOnWindows(
  { ports }: ScheduleHost,
  files: readonly string[],
): Promise<string | undefined> {
  const elevated = await ports.run("net", ["session"]).then((r) => r.code === 0, () => false);
  if (!elevated) {
    throw new HikaeError("usage", text("schedule.not-elevated"), {
      hint: text("schedule.not-elevated-hint"),
    });
  }
  const all = files.flatMap((file) =>
    wayTo(file).map((path, i): { path: string; kind: AclKind } => ({
      path,
      kind: i === 0 ? "file" : i === 1 ? "directory" : "above",
    }))
  );
  const args = ["-NoProfile", "-NonInteractive", "-Command", ACL_SCRIPT];
  const env = { HIKAE_PATHS: all.map((a) => a.path).join("|") };
  const { code, stdout, stderr } = await ports.run("powershell", args, { env });
  if (code !== 0) throw new HikaeError("failed", `powershell: ${stderr.trim().slice(0, 300)}`);
  const acls = parseAcls(stdout);
  return all.find(({ kind }, i) => changeable(acls.get(i), kind))?.path;
}
