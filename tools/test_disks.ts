/**
 * The suites on disks with habits of their own, or that answer wrongly, through FUSE: `deno task test:disks`. It installs libfuse2 and fusepy
 * when it can; without them, without `/dev/fuse` or without the disk's program beside the checkout
 * (`../shared/disks/habits.py`) it says why, counts the suites as skipped and succeeds.
 * @module
 */

const ROOT = new URL("../", import.meta.url);
const HABITS = new URL("../shared/disks/habits.py", ROOT).pathname;

function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Runs a program without its output; false when it fails or is not there. */
async function ran(program: string, args: string[]): Promise<boolean> {
  try {
    const command = new Deno.Command(program, { args, stdout: "null", stderr: "null" });
    return (await command.output()).success;
  } catch {
    return false;
  }
}

const hasFuse = (): Promise<boolean> => ran("python3", ["-c", "import fuse"]);

/** Why the suites cannot run here; undefined when they can. */
async function missing(): Promise<string | undefined> {
  if (Deno.build.os !== "linux") return "FUSE suites run on Linux";
  if (!isThere("/dev/fuse")) return "there is no /dev/fuse";
  if (!isThere(HABITS)) return "the disk with habits is not beside the checkout";
  if (await hasFuse()) return undefined;
  await ran("apt-get", ["install", "-y", "libfuse2", "fuse", "libfuse-dev"]);
  if (!await ran("pip", ["install", "--quiet", "fusepy"])) {
    await ran("pip", ["install", "--quiet", "--break-system-packages", "fusepy"]);
  }
  return await hasFuse() ? undefined : "libfuse2 or fusepy is not installed";
}

const why = await missing();
if (why !== undefined) {
  print(`disks: 0 passed, 0 failed, 1 skipped (${why})`);
  Deno.exit(0);
}
const child = new Deno.Command(Deno.execPath(), {
  args: [
    "test",
    "-A",
    "--no-check",
    "--quiet",
    "tests/disks/fuse_suite.ts",
    "tests/disks/faulty_suite.ts",
    ...Deno.args,
  ],
  cwd: ROOT.pathname,
  env: { HIKAE_HABITS: HABITS, NO_COLOR: "1" },
}).spawn();
const { code } = await child.status;
Deno.exit(code);
