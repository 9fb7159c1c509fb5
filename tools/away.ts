/**
 * The suites about places away from home, with the real rclone and restic: `deno task test:away [--install] [FILTER…]`.
 * `--install` gets what is missing with Debian's package manager, where that is there and this user may. What cannot
 * be had is skipped, counted, with the reason. HIKAE_AWAY_BIN names a directory with further versions, to be tried too.
 * @module
 */

const NEEDED = ["rclone", "restic"];
const words = Deno.args.filter((a) => !a.startsWith("-"));

function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

function runs(program: string, ...args: string[]): boolean {
  try {
    const env = { DEBIAN_FRONTEND: "noninteractive" };
    return new Deno.Command(program, { args, env, stdout: "null", stderr: "null" }).outputSync()
      .success;
  } catch {
    return false;
  }
}

const missing = (): string[] => NEEDED.filter((program) => !runs(program, "version"));
if (Deno.args.includes("--install") && missing().length > 0) {
  // the list may be older than what the server has
  if (!runs("apt-get", "install", "-y", ...missing())) {
    runs("apt-get", "update");
    runs("apt-get", "install", "-y", ...missing());
  }
}
for (const program of missing()) print(`away: no ${program} here: its tests are skipped`);

const files = [...Deno.readDirSync("tests/away")].map((e) => e.name)
  .filter((name) => name.endsWith("_test.ts") && words.every((w) => name.includes(w)));
const child = new Deno.Command(Deno.execPath(), {
  args: ["test", "-A", "--no-check", "--quiet", ...files.map((name) => `tests/away/${name}`)],
  env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
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
print(`away: ${m?.[1] ?? 0} passed, ${failed} failed, ${m?.[3] ?? 0} skipped`);
Deno.exit(failed === 0 ? 0 : 1);
