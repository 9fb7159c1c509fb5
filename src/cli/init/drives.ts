/** Drives by the names that people know them by. @module */

import { basename } from "@std/path";
import type { RunProgram } from "../../base/process.ts";
import type { NamedPlace } from "../../base/setup.ts";

/** Asks Windows for the labels of its drives: a line of letter, tabulator, label for each. */
const LABELS = [
  "[Console]::OutputEncoding = [Text.Encoding]::UTF8",
  '[IO.DriveInfo]::GetDrives() | Where-Object IsReady | ForEach-Object { $_.Name + "`t" + $_.VolumeLabel }',
].join("\n");

/** The drives with their names: a label with the letter on Windows, elsewhere the directory that one is mounted at. */
export async function namedDrives(
  roots: readonly string[],
  windows: boolean,
  run: RunProgram,
): Promise<NamedPlace[]> {
  if (!windows) return roots.map((path) => ({ name: basename(path), path }));
  const labels = roots.length === 0 ? new Map<string, string>() : await labelsOf(run);
  return roots.map((path) => {
    const label = labels.get(path.charAt(0).toUpperCase()) ?? "";
    const letter = path.slice(0, 2);
    return { name: label === "" ? letter : `${label} (${letter})`, path };
  });
}

async function labelsOf(run: RunProgram): Promise<Map<string, string>> {
  const args = ["-NoProfile", "-NonInteractive", "-Command", LABELS];
  const said = await run("powershell", args).catch(() => undefined);
  const lines = (said?.code === 0 ? said.stdout : "").split(/\r?\n/);
  return new Map(lines.flatMap((line): [string, string][] => {
    const m = /^([A-Za-z]):\\\t(.*)$/.exec(line);
    return m === null ? [] : [[m[1]?.toUpperCase() ?? "", m[2]?.trim() ?? ""]];
  }));
}
