/** A lane of tests with servers of their own: what it needs is found or built, its files run, its counts printed. @module */

const VERSITYGW = "github.com/versity/versitygw/cmd/versitygw@v1.8.0";

/** Prints a line. */
export function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

/** True for a program that is there and ends well. */
export function runs(program: string, args: string[], env: Record<string, string> = {}): boolean {
  try {
    return new Deno.Command(program, { args, env, stdout: "null", stderr: "null" }).outputSync()
      .success;
  } catch {
    return false;
  }
}

/** A server of S3: one that is installed, or built once and kept in the cache directory; undefined where it cannot be had. */
export function versitygw(): string | undefined {
  const away = Deno.env.get("HIKAE_AWAY_BIN");
  const home = Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME") ?? "/tmp"}/.cache`;
  const cache = `${home}/hikae-tests`;
  const own = `${cache}/versitygw`;
  const places = [
    Deno.env.get("HIKAE_VERSITYGW") ?? "versitygw",
    ...(away === undefined ? [] : [`${away}/versitygw`]),
    own,
  ];
  const found = places.find((program) => runs(program, ["--version"]));
  if (found !== undefined) return found;
  print("building versitygw, once");
  Deno.mkdirSync(cache, { recursive: true });
  return runs("go", ["install", VERSITYGW], { GOBIN: cache }) && runs(own, ["--version"])
    ? own
    : undefined;
}

/** Runs the suites of a directory whose names hold all words; gives the exit code. */
export async function runLane(
  { name, dir, words, env, together }: {
    name: string;
    dir: string;
    words: readonly string[];
    env: Record<string, string>;
    /** Files run side by side: for tests that wait for other programs most of the time. */
    together: boolean;
  },
): Promise<number> {
  const files = [...Deno.readDirSync(dir)].map((e) => e.name)
    .filter((file) => file.endsWith("_test.ts") && words.every((w) => file.includes(w)));
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--no-check", "--quiet"].concat(
      together ? ["--parallel"] : [],
      files.map((file) => `${dir}/${file}`),
    ),
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", ...env },
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let output = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    output += text;
    Deno.stdout.writeSync(new TextEncoder().encode(text));
  }
  const { code } = await child.status;
  const m =
    /(\d+) passed(?: \(\d+ steps?\))? \| (\d+) failed(?: \(\d+ steps?\))?(?: \| (\d+) ignored)?/
      .exec(output);
  const failed = m === null || (code !== 0 && m[2] === "0") ? 1 : Number(m[2]);
  print(`${name}: ${m?.[1] ?? 0} passed, ${failed} failed, ${m?.[3] ?? 0} skipped`);
  return failed === 0 ? 0 : 1;
}
