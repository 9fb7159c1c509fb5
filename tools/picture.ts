/**
 * `deno task picture`: the README's picture of a run, docs/run.svg, made of what a terminal really gets. Commands are
 * run one by one on a terminal of their own (util-linux `script`); only the temporary directory is shown by another
 * name.
 * @module
 */

import { dirname, fromFileUrl, join } from "@std/path";
import { programFlags } from "../src/sandbox/program_permissions.ts";
import { svgOf } from "./lib/terminal_svg.ts";

const ROOT = new URL("../", import.meta.url);
const OUT = fromFileUrl(new URL("docs/run.svg", ROOT));

const VAULT = "/mnt/usb/documents";

/** What is typed. */
const LINES = [
  `hikae backup ~/Documents ${VAULT}`,
  "echo 'buy nothing' > ~/Documents/notes/todo.txt; rm ~/Documents/letter.odt",
  `hikae backup ~/Documents ${VAULT} --dry-run`,
  `hikae backup ~/Documents ${VAULT}`,
  `hikae history ${VAULT} notes/todo.txt`,
  `hikae restore ${VAULT} notes/todo.txt@latest~1 --to .`,
  `cat notes/todo.txt; ls ${VAULT}/*`,
];

const FILES: Readonly<Record<string, string>> = {
  "letter.odt": "Dear all,\n",
  "notes/todo.txt": "buy milk\n",
  "notes/plans.txt": "sleep\n",
  "photos/cat.jpg": "meow".repeat(80_000),
  "photos/sea.jpg": "wave".repeat(90_000),
};

/** A home with documents, a drive, and hikae on the PATH. */
function makePlace(): string {
  const place = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "hikae-picture-" }));
  for (const dir of ["home/me", "mnt/usb", "bin"]) {
    Deno.mkdirSync(join(place, dir), { recursive: true });
  }
  for (const [name, text] of Object.entries(FILES)) {
    const path = join(place, "home/me/Documents", name);
    Deno.mkdirSync(dirname(path), { recursive: true });
    Deno.writeTextFileSync(path, text);
  }
  const program = [Deno.execPath(), "run", ...programFlags(false), "--quiet"];
  const main = fromFileUrl(new URL("main.ts", ROOT));
  const call = [...program, main].map((word) => `'${word}'`).join(" ");
  Deno.writeTextFileSync(join(place, "bin/hikae"), `#!/bin/sh\nexec ${call} "$@"\n`, {
    mode: 0o755,
  });
  return place;
}

/** Runs a line on a terminal; gives what stands on it afterwards. */
function typed(line: string, place: string, denoDir: string): string {
  const { success, stdout } = new Deno.Command("script", {
    args: ["-qec", line.replaceAll("/mnt/", `${place}/mnt/`), "/dev/null"],
    cwd: join(place, "home/me"),
    stdin: "null",
    env: {
      HOME: join(place, "home/me"),
      HIKAE_STATE_DIR: join(place, "state"),
      PATH: `${join(place, "bin")}:${Deno.env.get("PATH")}`,
      DENO_DIR: denoDir,
      TERM: "xterm",
      NO_COLOR: "",
      INIT_CWD: join(place, "home/me"),
      LC_ALL: "C.UTF-8",
    },
  }).outputSync();
  const text = new TextDecoder().decode(stdout);
  if (!success) throw new Error(`picture: "${line}" failed: ${text}`);
  return text.replaceAll(place, "");
}

/** Where Deno keeps its packages; HOME is another one for what is run. */
function denoDirectory(): string {
  const { stdout } = new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).outputSync();
  return (JSON.parse(new TextDecoder().decode(stdout)) as { denoDir: string }).denoDir;
}

const place = makePlace();
try {
  const denoDir = denoDirectory();
  const screen = LINES.map((line) => `\x1b[1m$ ${line}\x1b[0m\n${typed(line, place, denoDir)}`);
  Deno.writeTextFileSync(
    OUT,
    svgOf(
      screen.join("\n"),
      "hikae backs up a directory twice, tells a file's versions, and brings the older one back",
    ),
  );
  Deno.stdout.writeSync(new TextEncoder().encode(`wrote ${OUT}\n`));
} finally {
  Deno.removeSync(place, { recursive: true });
}
