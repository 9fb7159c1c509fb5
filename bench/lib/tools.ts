/** hikae and its peers: how each makes a backup, a later one, one by content, and brings a tree back. @module */

import { fromFileUrl } from "@std/path";
import { MEMORY_FLAGS } from "../../src/sandbox/program_permissions.ts";
import type { Invocation } from "./measure.ts";
import { quietly, removeAll } from "./place.ts";

/** The program as a user of a checkout starts it. */
export const MAIN = fromFileUrl(new URL("../../main.ts", import.meta.url));

const BARE_LOOP = fromFileUrl(new URL("./bare_loop.ts", import.meta.url));

/** A tool that backs up. */
export interface Tool {
  name: string;
  version: string;
  /** False for a tool that copies all again each time: it is measured in first runs and restores alone. */
  again: boolean;
  /** Takes so long that fewer rounds must do. */
  slow: boolean;
  /** Makes way for a first run; not timed. */
  setup: (at: Setting) => Invocation[];
  /** A run: the first and all later ones. */
  run: (at: Setting) => Invocation;
  /** A run that reads every file. */
  checksum?: (at: Setting) => Invocation;
  /** Brings the whole tree to a new directory. */
  restore?: (at: Setting, to: string) => Invocation;
}

/** What a tool works on. */
export interface Setting {
  source: string;
  /** The tool's own directory; its backup is `repo` in it. */
  home: string;
}

const repo = (at: Setting): string => `${at.home}/repo`;

/** hikae started from source. `env` are more variables. */
export function hikae(
  args: readonly string[],
  home: string,
  env: Record<string, string> = {},
): Invocation {
  return {
    program: Deno.execPath(),
    args: ["run", "-A", "--no-prompt", "--quiet", ...MEMORY_FLAGS, MAIN, ...args],
    env: { HIKAE_STATE_DIR: `${home}/state`, ...env },
    cwd: home,
  };
}

function hikaeTool(name: string, env: Record<string, string> = {}): Tool {
  return {
    name,
    version: hikaeVersion(),
    again: true,
    slow: false,
    setup: () => [],
    run: (at) => hikae(["backup", at.source, repo(at)], at.home, env),
    checksum: (at) => hikae(["backup", "--checksum", at.source, repo(at)], at.home, env),
    restore: (at, to) => hikae(["restore", repo(at), "--to", to], at.home, env),
  };
}

/** hikae with more arguments to each backup, under a name of its own. */
export function hikaeWith(name: string, more: readonly string[]): Tool {
  const tool = hikaeTool(name);
  return { ...tool, run: (at) => hikae(["backup", ...more, at.source, repo(at)], at.home) };
}

/** rsync as people keep a past with it: what goes or changes is set aside. */
export function rsyncBackup(version: string): Tool {
  return {
    ...rsyncTool("rsync --backup", version),
    run: (at) => ({
      program: "rsync",
      args: ["-a", "--delete", "--backup", `--backup-dir=${at.home}/past`].concat(
        [`${at.source}/`, `${repo(at)}/`],
      ),
    }),
  };
}

function rsyncTool(name: string, version: string, more: readonly string[] = []): Tool {
  const args = (flags: string, at: Setting): Invocation => ({
    program: "rsync",
    args: [flags, "--delete", ...more, `${at.source}/`, `${repo(at)}/`],
  });
  return {
    name,
    version,
    again: true,
    slow: false,
    setup: () => [],
    run: (at) => args("-a", at),
    checksum: (at) => args("-ac", at),
    restore: (at, to) => ({ program: "rsync", args: ["-a", `${repo(at)}/`, `${to}/`] }),
  };
}

function cpTool(version: string): Tool {
  return {
    name: "cp -a",
    version,
    again: false,
    slow: false,
    setup: () => [],
    run: (at) => ({ program: "cp", args: ["-a", "-T", at.source, repo(at)] }),
    restore: (at, to) => ({ program: "cp", args: ["-a", "-T", at.source, to] }),
  };
}

/** restic, and rustic that takes after it. */
interface PackTool {
  name: "restic" | "rustic";
  quiet: string;
  /** How the place of a restore is said. */
  target: readonly string[];
}

const RESTIC: PackTool = { name: "restic", quiet: "-q", target: ["--target"] };
const RUSTIC: PackTool = { name: "rustic", quiet: "--no-progress", target: [] };

function packTool({ name, quiet, target }: PackTool, version: string): Tool {
  const variable = name.toUpperCase();
  const call = (at: Setting, ...args: string[]): Invocation => ({
    program: name,
    args: [quiet, "-r", repo(at), ...args],
    env: { [`${variable}_PASSWORD`]: "bench", [`${variable}_CACHE_DIR`]: `${at.home}/cache` },
  });
  return {
    name,
    version,
    again: true,
    slow: true,
    setup: (at) => [call(at, "init")],
    run: (at) => call(at, "backup", at.source),
    checksum: (at) => call(at, "backup", "--force", at.source),
    restore: (at, to) => call(at, "restore", "latest", ...target, to),
  };
}

function rcloneTool(version: string): Tool {
  const call = (from: string, to: string, ...more: string[]): Invocation => ({
    program: "rclone",
    args: ["sync", "--links", "--config", "/dev/null", "--log-level", "ERROR", ...more, from, to],
  });
  return {
    name: "rclone",
    version,
    again: true,
    slow: true,
    setup: () => [],
    run: (at) => call(at.source, repo(at)),
    checksum: (at) => call(at.source, repo(at), "--checksum"),
    restore: (at, to) => call(repo(at), to),
  };
}

function borgTool(version: string): Tool {
  const call = (at: Setting, ...args: string[]): Invocation => ({
    program: "borg",
    args,
    env: { BORG_BASE_DIR: at.home, BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK: "yes" },
  });
  return {
    name: "borg",
    version,
    again: true,
    slow: true,
    setup: (at) => [call(at, "init", "-e", "none", repo(at))],
    run: (at) => call(at, "create", `${repo(at)}::${crypto.randomUUID()}`, at.source),
  };
}

function rdiffTool(version: string): Tool {
  return {
    name: "rdiff-backup",
    version,
    again: true,
    slow: true,
    setup: () => [],
    run: (at) => ({
      program: "rdiff-backup",
      args: ["--api-version", "201", "backup", at.source, repo(at)],
    }),
  };
}

/** The calls that a run cannot do without, and nothing else, in `lanes` threads: what hikae could come to here. */
export function bareLoop(lanes: number, keeps = false): Tool {
  const call = (mode: string, from: string, to: string): Invocation => ({
    program: Deno.execPath(),
    args: ["run", "-A", "--quiet", "--unstable-worker-options"].concat(
      MEMORY_FLAGS,
      [BARE_LOOP, mode, from, to, String(lanes)],
      keeps ? ["keeps"] : [],
    ),
  });
  return {
    name: keeps ? "bare loop that keeps" : "bare loop",
    version: "",
    again: true,
    slow: false,
    setup: () => [],
    run: (at) => call("run", at.source, repo(at)),
    checksum: (at) => call("content", at.source, repo(at)),
    restore: (at, to) => call("restore", repo(at), to),
  };
}

/** The floor on the machine's own disks. */
export const BARE: Tool = bareLoop(2);

/** The same with a record, the hashes beside the files and a row for each directory: what is asked of hikae and not of rsync. */
export const KEEPING: Tool = bareLoop(2, true);

/** The tools that are installed, hikae first. */
export function installedTools(): Tool[] {
  const of = (program: string, make: (version: string) => Tool, ...ask: string[]): Tool[] => {
    const version = versionIn(quietly(program, ask.length > 0 ? ask : ["--version"]));
    return version === undefined ? [] : [make(version)];
  };
  return [
    hikaeTool("hikae"),
    ...of("rsync", (v) => rsyncTool("rsync", v)),
    ...of("cp", cpTool),
    ...of("restic", (version) => packTool(RESTIC, version), "version"),
    ...of("rustic", (version) => packTool(RUSTIC, version)),
    ...of("rclone", rcloneTool, "version"),
    ...of("borg", borgTool),
    ...of("rdiff-backup", rdiffTool),
  ];
}

/** What is compared on a disk: flushing as hikae does it, without it, and rsync both ways. */
export function flushTools(tools: readonly Tool[]): Tool[] {
  const rsync = tools.find((t) => t.name === "rsync");
  return [
    hikaeTool("hikae"),
    hikaeTool("hikae, no flush", { HIKAE_FLUSH: "off" }),
    ...(rsync === undefined ? [] : [rsync, rsyncTool("rsync --fsync", rsync.version, ["--fsync"])]),
    ...tools.filter((t) => t.name === "restic"),
  ];
}

/** Empties a tool's directory and sets it up for a first run. */
export function freshHome(home: string): void {
  removeAll(home);
  Deno.mkdirSync(home, { recursive: true });
}

/** True when hikae has a command. */
export function hasCommand(name: string): boolean {
  const { program, args } = hikae([name, "--help"], ".");
  return quietly(program, args) !== undefined;
}

function hikaeVersion(): string {
  const { program, args } = hikae(["--version"], ".");
  return versionIn(quietly(program, args)) ?? "unknown";
}

function versionIn(text: string | undefined): string | undefined {
  return text === undefined ? undefined : /\d+(?:\.\d+)+/.exec(text)?.[0] ?? "unknown";
}
