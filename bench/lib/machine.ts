/** What the numbers were measured on. @module */

import { MEMORY_FLAGS } from "../../src/sandbox/program_permissions.ts";
import { quietly } from "./place.ts";
import type { Tool } from "./tools.ts";

/** Lines that say it. */
export function machineLines(tools: readonly Tool[], loads: readonly number[][]): string[] {
  const info = read("/proc/cpuinfo");
  const model = /^model name\s*:\s*(.*)$/m.exec(info)?.[1] ?? Deno.build.arch;
  const sha = /\bsha_ni\b/.test(info) ? "with" : "without";
  const memory = (Deno.systemMemoryInfo().total / 2 ** 30).toFixed(0);
  const kernel = quietly("uname", ["-sr"])?.trim() ?? Deno.build.os;
  const commit = quietly("git", ["rev-parse", "--short", "HEAD"])?.trim();
  const dirty = quietly("git", ["status", "--porcelain", "src"])?.trim() ? ", changed" : "";
  const versions = tools.map((t) => `${t.name} ${t.version}`).join(", ");
  return [
    `- ${
      new Date().toISOString().slice(0, 10)
    }, ${model}, ${navigator.hardwareConcurrency} cores, ` +
    `${sha} SHA instructions, ${memory} GiB, ${kernel}`,
    `- ${versions}, Deno ${Deno.version.deno}${
      commit === undefined ? "" : `, commit ${commit}${dirty}`
    }`,
    `- load average at the start and at the end: ${loads.map(load).join("; ")}`,
    "- hikae is run from source by `deno run -A --no-prompt --quiet " +
    `${MEMORY_FLAGS.join(" ")} main.ts\` (the binary has the same flags), ` +
    "start-up included, caches warm; tools in turn, round by round, on the same file system; medians",
    "- memory is that of a tool's largest process (rsync has three, hikae one); written is what was handed to " +
    "write and copy calls, by all of a tool's processes",
  ];
}

function load(values: readonly number[]): string {
  return values.slice(0, 2).map((v) => v.toFixed(2)).join(" ");
}

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}
