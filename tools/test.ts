/**
 * All checks and suites, with one count at the end: `deno task test [--quick] [FILTER…]`. `--quick` leaves the
 * slow suites out (faults, crashes, hostile plugins); words choose test files whose path holds one of them.
 * @module
 */

/** A step of the run and the counts that it came to. */
interface Step {
  name: string;
  passed: number;
  failed: number;
  skipped: number;
  seconds: number;
}

const CHECKED = ["main.ts", "src", "plugins", "tests", "tools", "bench"];
const SLOW = ["faults", "plugin_hostile", "compile", "soak", "damage", "kill"];

/** Most tests wait for a disk or a program of their own most of the time: so many files at once for each core. */
const FILES_PER_CORE = 3;

const encoder = new TextEncoder();

function print(text: string): void {
  Deno.stdout.writeSync(encoder.encode(`${text}\n`));
}

/** Passes text on whole lines at a time, each changed by `edit`. */
function lineEditor(edit: (line: string) => string): TransformStream<string, string> {
  let rest = "";
  return new TransformStream({
    transform: (text, out) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) out.enqueue(`${edit(line)}\n`);
    },
    flush: (out) => {
      if (rest !== "") out.enqueue(edit(rest));
    },
  });
}

/** Says at the first test of each file the how manieth file it is. */
function counting(files: number): (line: string) => string {
  const seen = new Set<string>();
  return (line) => {
    const file = /^(\S+_test\.ts) => /.exec(line)?.[1];
    if (file === undefined || seen.has(file)) return line;
    return `[${seen.add(file).size} of ${files}] ${line}`;
  };
}

/** Runs Deno with output shown as it comes, its lines changed by `edit`; gives the code and all of the output. */
async function deno(
  args: string[],
  edit: (line: string) => string = (line) => line,
): Promise<{ code: number; output: string }> {
  const child = new Deno.Command(Deno.execPath(), {
    args,
    env: {
      NO_COLOR: "1",
      DENO_NO_UPDATE_CHECK: "1",
      DENO_JOBS: String(navigator.hardwareConcurrency * FILES_PER_CORE),
    },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let output = "";
  const show = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> => {
    const lines = stream.pipeThrough(new TextDecoderStream()).pipeThrough(lineEditor(edit));
    for await (const text of lines) {
      output += text;
      Deno.stdout.writeSync(encoder.encode(text));
    }
  };
  const [, , status] = await Promise.all([show(child.stdout), show(child.stderr), child.status]);
  return { code: status.code, output };
}

async function check(name: string, args: string[]): Promise<Step> {
  const started = performance.now();
  const { code } = await deno(args);
  const ok = code === 0;
  print(`${ok ? "ok" : "FAILED"}: ${name}`);
  const seconds = (performance.now() - started) / 1000;
  return { name, passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0, seconds };
}

/** Every test file below a directory. */
function* testFiles(dir: string): Generator<string> {
  for (const entry of [...Deno.readDirSync(dir)].sort((a, b) => a.name < b.name ? -1 : 1)) {
    const path = `${dir}/${entry.name}`;
    // those about places away from home are tasks of their own: tools/away.ts, tools/bundles.ts
    if (entry.isDirectory && !["testdata", "away", "bundles"].includes(entry.name)) {
      yield* testFiles(path);
    } else if (entry.name.endsWith("_test.ts")) yield path;
  }
}

async function suite(files: string[]): Promise<Step> {
  const started = performance.now();
  const { code, output } = await deno(
    ["test", "-A", "--no-check", "--parallel", "--quiet", ...files],
    counting(files.length),
  );
  const counts =
    /(\d+) passed(?: \(\d+ steps?\))? \| (\d+) failed(?: \(\d+ steps?\))?(?: \| (\d+) ignored)?/g;
  const step: Step = { name: "suites", passed: 0, failed: 0, skipped: 0, seconds: 0 };
  for (const m of output.matchAll(counts)) {
    step.passed += Number(m[1]);
    step.failed += Number(m[2]);
    step.skipped += Number(m[3] ?? 0);
  }
  // a runner that broke down without counting is a failure too
  if (code !== 0 && step.failed === 0) step.failed = 1;
  if (step.passed === 0 && step.failed === 0) step.failed = 1;
  step.seconds = (performance.now() - started) / 1000;
  return step;
}

/** A part of the suites under the Windows build of Deno, where that is set up (`tools/test_windows.ts`). */
async function windowsLane(): Promise<Step | undefined> {
  const started = performance.now();
  const { code, output } = await deno(["run", "-A", "--quiet", "tools/test_windows.ts", "--quick"]);
  const m = /^windows: (\d+) passed, (\d+) failed, (\d+) skipped$/m.exec(output);
  // it says itself why it was left out
  if (m === null && code === 0) return undefined;
  const seconds = (performance.now() - started) / 1000;
  const failed = m === null ? 1 : Number(m[2]);
  return {
    name: "windows",
    passed: Number(m?.[1] ?? 0),
    failed,
    skipped: Number(m?.[3] ?? 0),
    seconds,
  };
}

const words = Deno.args.filter((a) => !a.startsWith("-"));
const quick = Deno.args.includes("--quick");
const files = [...testFiles("tests")].filter((file) =>
  (words.length === 0 || words.some((w) => file.includes(w))) &&
  !(quick && SLOW.some((s) => file.includes(s)))
);

const steps: Step[] = [];
if (words.length === 0) {
  steps.push(await check("fmt", ["fmt", "--check", "--quiet"]));
  steps.push(await check("lint", ["lint", "--quiet"]));
  steps.push(await check("check", ["check", "--quiet", ...CHECKED]));
  steps.push(await check("doc --lint", ["doc", "--lint", "--quiet", "src/plugins/api.ts"]));
}
steps.push(await suite(files));
if (words.length === 0 && !quick) {
  const windows = await windowsLane();
  if (windows !== undefined) steps.push(windows);
}

const sum = (key: "passed" | "failed" | "skipped"): number => steps.reduce((n, s) => n + s[key], 0);
print("");
for (const s of steps) {
  print(`${s.name}: ${s.passed} passed, ${s.failed} failed (${s.seconds.toFixed(1)} s)`);
}
const skipped = sum("skipped") > 0 ? `, ${sum("skipped")} skipped` : "";
print(`\n${sum("passed")} passed, ${sum("failed")} failed${skipped}`);
Deno.exit(sum("failed") === 0 ? 0 : 1);
