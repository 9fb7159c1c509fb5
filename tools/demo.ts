/**
 * The README's first command: backs up real files, changes one, backs up again, and shows the older version
 * restored. Everything happens in a temporary directory, which stays so that it can be looked at.
 * @module
 */

import { fromFileUrl, join } from "@std/path";

const root = fromFileUrl(new URL("../", import.meta.url));
const place = Deno.makeTempDirSync({ prefix: "hikae-demo-" });
const source = join(place, "docs");
const vault = join(place, "vault");

function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

/** Shows a command line and runs it. */
function hikae(...args: string[]): void {
  print(`\n$ hikae ${args.join(" ")}`);
  const { code } = new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "hikae", ...args],
    cwd: root,
    env: { INIT_CWD: place, HIKAE_STATE_DIR: join(place, "state"), DENO_NO_UPDATE_CHECK: "1" },
    stdout: "inherit",
    stderr: "inherit",
  }).outputSync();
  if (code !== 0) {
    print(`it ended with ${code}`);
    Deno.exit(code);
  }
}

/** Copies the checkout's documents, so that the demo changes nothing of yours. */
function copy(from: string, to: string): void {
  Deno.mkdirSync(to);
  for (const entry of Deno.readDirSync(from)) {
    if (entry.isDirectory) copy(join(from, entry.name), join(to, entry.name));
    else if (entry.isFile) Deno.copyFileSync(join(from, entry.name), join(to, entry.name));
  }
}

copy(join(root, "docs"), source);
hikae("backup", "docs", "vault");
const page = join(source, "format.md");
Deno.writeTextFileSync(page, "Everything that was here is gone.\n");
print("\n(docs/format.md was overwritten)");
hikae("backup", "docs", "vault");
hikae("list", "vault");
hikae("history", "vault", "format.md");
hikae("restore", "vault", "format.md@latest~1", "--to", "restored");

const restored = Deno.readTextFileSync(join(place, "restored", "format.md"));
print(`\nThe source says now:      ${Deno.readTextFileSync(page).trim()}`);
print(`The restored version says: ${restored.split("\n")[0]} (${restored.length} characters)`);
print(`\nLook around: ${vault} holds plain files; delete ${place} when you are done.`);
