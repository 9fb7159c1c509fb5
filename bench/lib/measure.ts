/** Runs a program and measures it: time, memory, bytes written, system calls. @module */

/** A program to start. */
export interface Invocation {
  program: string;
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
  cwd?: string;
  /** Exit codes that are no failure. */
  accept?: readonly number[];
}

/** What one run took. */
export interface Sample {
  seconds: number;
  /** Seconds of processor time, of all its threads and processes; a busy machine moves them least. */
  cpuSeconds: number | undefined;
  /** The largest process's peak, in MB. */
  peakMB: number | undefined;
  /** Bytes that the program and what it started handed to write calls, in MB. */
  writtenMB: number | undefined;
  /** Bytes that they caused to go to a disk, without those of files that were gone before, in MB; 0 in memory. */
  diskMB: number | undefined;
}

/** A program that failed. */
export class RunFailed extends Error {}

const LINUX = Deno.build.os === "linux";
const HAS_TIME = LINUX && exists("/usr/bin/time");
/** The wrapper's own /proc entry adds up those of the processes it waited for. */
const WRAP =
  'out=$1; shift; /usr/bin/time -q -f "%M %U %S" -o "$out.rss" "$@"; code=$?; cat /proc/$$/io >"$out.io"; exit $code';

/** Runs a program to its end and measures it. Throws {@link RunFailed}. */
export async function measure(what: Invocation): Promise<Sample> {
  const out = Deno.makeTempFileSync({ prefix: "hikae-bench-sample-" });
  const command = HAS_TIME
    ? { program: "sh", args: ["-c", WRAP, "sh", out, what.program, ...what.args] }
    : what;
  try {
    const started = performance.now();
    await run({ ...what, ...command });
    const seconds = (performance.now() - started) / 1000;
    const [rss = NaN, user = NaN, system = NaN] = (read(`${out}.rss`) ?? "").trim().split(" ")
      .map((word) => word === "" ? NaN : Number(word));
    const io = read(`${out}.io`) ?? "";
    const written = ioBytes(io, "wchar");
    const disk = ioBytes(io, "write_bytes") - ioBytes(io, "cancelled_write_bytes");
    return {
      seconds,
      cpuSeconds: Number.isNaN(user + system) ? undefined : user + system,
      peakMB: Number.isNaN(rss) ? undefined : rss / 1024,
      writtenMB: Number.isNaN(written) ? undefined : written / 1e6,
      diskMB: Number.isNaN(disk) ? undefined : disk / 1e6,
    };
  } finally {
    for (const end of ["", ".rss", ".io"]) remove(out + end);
  }
}

function ioBytes(io: string, name: string): number {
  return Number(new RegExp(`^${name}: (\\d+)`, "m").exec(io)?.[1] ?? NaN);
}

/** Runs a program to its end; what it prints is thrown away. Throws {@link RunFailed}. */
export async function run(what: Invocation): Promise<void> {
  const { code, stderr } = await new Deno.Command(what.program, {
    args: [...what.args],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    ...(what.env === undefined ? {} : { env: { ...what.env } }),
    ...(what.cwd === undefined ? {} : { cwd: what.cwd }),
  }).output();
  if (code === 0 || what.accept?.includes(code)) return;
  const said = new TextDecoder().decode(stderr).trim().split("\n").slice(-5).join("\n");
  const line = [what.program, ...what.args].join(" ");
  throw new RunFailed(`${line}: ended with code ${code}\n${said}`);
}

/** How many system calls a run makes, in all its threads and processes; undefined without strace. */
export async function countCalls(what: Invocation): Promise<Map<string, number> | undefined> {
  if (!LINUX || !exists("/usr/bin/strace")) return undefined;
  const out = Deno.makeTempFileSync({ prefix: "hikae-bench-strace-" });
  try {
    await run({
      ...what,
      program: "strace",
      args: ["-f", "-c", "-U", "calls,name", "-o", out, what.program, ...what.args],
    });
    const calls = new Map<string, number>();
    for (const line of (read(out) ?? "").split("\n")) {
      const [, count, name] = /^\s*(\d+)\s+(\S+)$/.exec(line) ?? [];
      if (name !== undefined && name !== "total") calls.set(name, Number(count));
    }
    return calls;
  } finally {
    remove(out);
  }
}

/** Seconds from a program's start to its first byte of output. */
export async function firstByte(what: Invocation): Promise<number> {
  const started = performance.now();
  const child = new Deno.Command(what.program, {
    args: [...what.args],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
    ...(what.env === undefined ? {} : { env: { ...what.env } }),
  }).spawn();
  const reader = child.stdout.getReader();
  const first = await reader.read();
  const seconds = (performance.now() - started) / 1000;
  if (first.done) throw new RunFailed(`${what.program} ${what.args.join(" ")}: printed nothing`);
  while (!(await reader.read()).done) { /* to its end */ }
  await child.status;
  return seconds;
}

function exists(path: string): boolean {
  return read(path, true) !== undefined;
}

function read(path: string, look = false): string | undefined {
  try {
    return look ? String(Deno.statSync(path).size) : Deno.readTextFileSync(path);
  } catch {
    return undefined;
  }
}

function remove(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // it was never made
  }
}
