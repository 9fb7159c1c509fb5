/**
 * The worker that writes what this machine knows (the state directory: vaults seen, logs, outcomes) after main
 * has given up its rights.
 * @module
 */

import { messageOf } from "../base/errors.ts";
import { below, smallFiles } from "../base/small_files.ts";
import { denoFs } from "../platform/deno_fs.ts";
import { guardedFs } from "../platform/guarded_fs.ts";
import { openLog, type RunLog } from "../report/log.ts";
import { addLastRuns } from "../sandbox/last_runs.ts";
import {
  knownIn,
  type KnownVaults,
  type StateCall,
  type StateReply,
  withKnown,
} from "../sandbox/state_wire.ts";
import { hearTexts, toldAs } from "../text/told.ts";
import { threadScope } from "./thread.ts";

const scope = threadScope<StateCall, StateReply>();

let directory = "";
let log: RunLog | undefined;
let files = smallFiles(denoFs);

/** How often it is looked whether another program, which read before this one wrote, has taken it out again. */
const LOOKS = 3;

/** Adds vaults to those that the file at `path` names. */
function remember(path: string, vaults: KnownVaults): void {
  for (let look = 0; look < LOOKS; look++) {
    // read now and not before the run: another one may have met a vault of its own meanwhile
    const text = files.read(path);
    const before = knownIn(text);
    // what makes no sense may still tell somebody which vaults there were
    if (before === undefined && text) files.write(`${path}.damaged`, text);
    const known = `${JSON.stringify(withKnown(before ?? {}, vaults), null, 2)}\n`;
    if (known === text) return;
    files.write(path, known);
  }
}

function handle(call: StateCall): string | undefined {
  if (call.kind === "open") {
    directory = call.directory;
    hearTexts(call.texts);
    const separator = Deno.build.os === "windows" ? "\\" : "/";
    files = smallFiles(guardedFs(denoFs, [directory], separator));
  } else if (call.kind === "remember") {
    remember(call.path, call.vaults);
  } else if (call.kind === "log") {
    const clock = { now: () => Date.now() };
    const { job, keep, stamp } = call;
    const begun = stamp === undefined ? {} : { stamp };
    log = openLog({ files, clock, state: directory, job, keep, ...begun });
  } else if (call.kind === "keep") {
    const path = below(directory, ...call.place);
    if (call.text === undefined) files.remove(path);
    else files.write(path, call.text);
  } else if (call.kind === "messages") { for (const m of call.messages) log?.emit(m); }
  else if (call.kind === "ended") addLastRuns(files, directory, call.notes);
  else log?.finish(call.exit, call.message);
  return log?.problem();
}

scope.onmessage = (event): void => {
  const { id } = event.data;
  try {
    const error = handle(event.data);
    scope.postMessage(error === undefined ? { id } : { id, error });
  } catch (error) {
    scope.postMessage({ id, error: messageOf(error) });
  }
};
toldAs(scope.name);
