/**
 * The suites about bundles away from home, with a real server of S3 and rclone: `deno task test:bundles [FILTER…]`. The
 * server is versitygw, a Go module: where it is not installed it is built once and kept in the cache directory. What cannot
 * be had is skipped, counted, with the reason.
 * @module
 */

const VERSITYGW = "github.com/versity/versitygw/cmd/versitygw@v1.8.0";
const words = Deno.args.filter((a) => !a.startsWith("-"));

function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

function runs(program: string, args: string[], env: Record<string, string> = {}): boolean {
  try {
    return new Deno.Command(program, { args, env, stdout: "null", stderr: "null" }).outputSync()
      .success;
  } catch {
    return false;
  }
}

/** The server's program; undefined where it cannot be had. */
function server(): string | undefined {
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
  print("bundles: building versitygw, once");
  Deno.mkdirSync(cache, { recursive: true });
  return runs("go", ["install", VERSITYGW], { GOBIN: cache }) && runs(own, ["--version"])
    ? own
    : undefined;
}

const program = server();
if (program === undefined) {
  print("bundles: no versitygw here, nor go to build it: its tests are skipped");
}
if (!runs("rclone", ["version"])) print("bundles: no rclone here: its tests are skipped");
const files = [...Deno.readDirSync("tests/bundles")].map((e) => e.name)
  .filter((name) => name.endsWith("_test.ts") && words.every((w) => name.includes(w)));
const child = new Deno.Command(Deno.execPath(), {
  args: ["test", "-A", "--no-check", "--quiet", ...files.map((name) => `tests/bundles/${name}`)],
  env: {
    NO_COLOR: "1",
    DENO_NO_UPDATE_CHECK: "1",
    ...(program === undefined ? {} : { HIKAE_VERSITYGW: program }),
  },
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
print(`bundles: ${m?.[1] ?? 0} passed, ${failed} failed, ${m?.[3] ?? 0} skipped`);
Deno.exit(failed === 0 ? 0 : 1);
