/**
 * The suites under the real Windows build of Deno: `deno task test:windows [--quick] [FILTER…]`. On Linux through
 * `../shared/windows/deno-wine`, when that and its set-up are there; on Windows itself directly. `--quick` takes
 * the part that shows most in a few minutes; words choose test files whose path holds one of them. What is not
 * for Windows is skipped by `tests/windows/windows_preload.ts`, each with its reason.
 * @module
 */

/** What a file, or all of them, came to. */
interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const TOOL = "../shared/windows/deno-wine";
const ROOT = Deno.env.get("DENO_WINE_ROOT") ?? "/opt/deno-wine";
const WINDOWS = Deno.build.os === "windows";

/** A file may take so long on a machine that does other things too; a start of Deno takes Wine about a second. */
const LIMIT_S = 1200;

/** Suites that are about this machine's Linux alone. */
const NOT_HERE: Readonly<Record<string, string>> = {
  "tests/house/compile_test.ts": "bundling wants esbuild for Windows from the registry",
  "tests/house/install_test.ts": "installs by scripts of the system that it runs on",
};

/** What `--quick` runs: pure path logic, the engine in one process, and the program for each kind of command. */
const QUICK = [
  "windows_",
  "config_",
  "completions",
  "glob_test",
  "guarded_fs",
  "layers_test",
  "point_test",
  "portable_",
  "needed_test",
  "report_page",
  "retention_test",
  "sandbox_engine",
  "schedule_",
  "units/",
  "cleanup_test",
  "delete_test",
  "section1_",
];

const encoder = new TextEncoder();

function print(text: string): void {
  Deno.stdout.writeSync(encoder.encode(`${text}\n`));
}

/** Every test file below a directory. */
function* testFiles(dir: string): Generator<string> {
  for (const entry of [...Deno.readDirSync(dir)].sort((a, b) => a.name < b.name ? -1 : 1)) {
    const path = `${dir}/${entry.name}`;
    if (entry.isDirectory && entry.name !== "testdata") yield* testFiles(path);
    else if (entry.name.endsWith("_test.ts")) yield path;
  }
}

/** Why the suites cannot run here; undefined when they can. */
function obstacle(): string | undefined {
  if (WINDOWS) return undefined;
  if (!isThere(TOOL)) return `${TOOL} is not there`;
  return isThere(`${ROOT}/.ready`) ? undefined : `${ROOT} is not set up: run ${TOOL} setup`;
}

function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

/**
 * Keeps Wine up until what it gives is called. Wine's services hold the output of the program that they came with
 * until the last program ends: a lane whose test file had them would wait for all the others.
 */
async function keepWine(): Promise<() => Promise<void>> {
  const child = new Deno.Command(TOOL, {
    args: ["eval", "console.log('up'); for await (const _ of Deno.stdin.readable);"],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const said = child.stdout.getReader();
  await said.read();
  return async () => {
    await child.stdin.close();
    await said.cancel();
    await Promise.race([child.status, delay(PIPES_MS)]);
  };
}

/** How long what a program that ended has said is waited for, ms. */
const PIPES_MS = 10_000;

/** What bash gives for a program that the system ended: Wine itself fell, which no test can. */
const FELL = [134, 139];

/** Runs a file; once more where Wine fell and no test failed. */
async function runFile(file: string): Promise<Counts & { output: string }> {
  const done = await runOnce(file);
  const fell = FELL.includes(done.code) && !/\.\.\. FAILED/.test(done.output);
  if (!fell) return done;
  print(`${file}: Wine fell (${done.code}); once more`);
  return await runOnce(file);
}

async function runOnce(file: string): Promise<Counts & { output: string; code: number }> {
  const test = ["test", "-A", "--no-check", "--preload", "tests/windows/windows_preload.ts", file];
  const words = WINDOWS ? [Deno.execPath()] : ["timeout", "-k", "5", `${LIMIT_S}`, TOOL];
  const command = new Deno.Command(words[0] ?? "", {
    args: [...words.slice(1), ...test],
    // where the caller of this task stood is no place of Wine's
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", INIT_CWD: "" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
  const child = command.spawn();
  const said = [gather(child.stdout), gather(child.stderr)];
  const { code } = await child.status;
  // a program that a test left behind may hold them for ever
  await Promise.race([Promise.all(said.map(({ done }) => done)), delay(PIPES_MS)]);
  const output = said.map(({ text }) => text()).join("");
  return { ...count(output, code), output, code };
}

/** What a stream has said so far, and when it ends. */
function gather(stream: ReadableStream<Uint8Array>): { done: Promise<void>; text: () => string } {
  const decoder = new TextDecoder();
  let said = "";
  const read = async (): Promise<void> => {
    for await (const bytes of stream) said += decoder.decode(bytes, { stream: true });
  };
  return { done: read(), text: () => said };
}

function delay(ms: number): Promise<void> {
  return new Promise((done) => Deno.unrefTimer(setTimeout(done, ms)));
}

function count(output: string, code: number): Counts {
  const m = /(\d+) passed(?: \([^)]*\))? \| (\d+) failed(?: \([^)]*\))?(?: \| (\d+) ignored)?/
    .exec(output);
  const excused = [...output.matchAll(/^windows-skip: /gm)].length;
  const counts: Counts = {
    passed: Number(m?.[1] ?? 0) - excused,
    failed: Number(m?.[2] ?? 0),
    skipped: Number(m?.[3] ?? 0) + excused,
  };
  // a runner that broke down without counting is a failure too
  if (m === null || (code !== 0 && counts.failed === 0)) counts.failed++;
  counts.failed += [...output.matchAll(/^windows-unexplained: /gm)].length;
  return counts;
}

function report(file: string, done: Counts & { output: string }, seconds: number): void {
  const { passed, failed, skipped } = done;
  print(
    `${file}: ${passed} passed, ${failed} failed, ${skipped} skipped (${seconds.toFixed(0)} s)`,
  );
  for (const [, line] of done.output.matchAll(/^windows-(?:skip|ignored): (.*)$/gm)) {
    print(`  skipped, ${line}`);
  }
  if (failed > 0) print(done.output);
}

async function main(args: readonly string[]): Promise<number> {
  const reason = obstacle();
  if (reason !== undefined) {
    print(`windows: skipped: ${reason}`);
    return 0;
  }
  const words = args.filter((a) => !a.startsWith("-"));
  const chosen = words.length === 0 && args.includes("--quick") ? QUICK : words;
  const files = [...testFiles("tests")].filter((file) =>
    chosen.length === 0 || chosen.some((w) => file.includes(w))
  );
  const sum: Counts = { passed: 0, failed: 0, skipped: 0 };
  const queue = files.filter((file) => {
    const why = NOT_HERE[file];
    if (why !== undefined) print(`${file}: skipped: ${why}`);
    return why === undefined;
  });
  const letGo = WINDOWS ? undefined : await keepWine();
  const lane = async (): Promise<void> => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      const started = performance.now();
      const done = await runFile(file);
      report(file, done, (performance.now() - started) / 1000);
      sum.passed += done.passed;
      sum.failed += done.failed;
      sum.skipped += done.skipped;
    }
  };
  await Promise.all([lane(), lane()]);
  await letGo?.();
  print(`windows: ${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
  return sum.failed === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
