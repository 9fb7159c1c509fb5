/**
 * Opens the page in the user's browser by way of a file that only they can read, so that no token stands in a list of
 * processes (design, *hikae serve*).
 * @module
 */

import { join } from "@std/path";
import { type Html, html } from "../../serve/html.ts";
import { bare } from "../../serve/pages/frame.ts";
import { text } from "../../text/text.ts";
import type { Context } from "../command.ts";
import { runProgram } from "../program/run_program.ts";

/** The file goes after so long, ms: by then the browser has read it. */
const LONGEST = 30_000;

/** A file for the browser. */
export interface OpenerFile {
  /** Where it lies. */
  file: string;
  /** Removes it. */
  remove(): void;
  /** Settles when it is removed. */
  gone: Promise<void>;
}

/** The page of a file that leads to another one. */
export function openerPage(url: string): Html {
  return bare(
    "hikae",
    html`<p>${text("serve.welcome")} <a href="${url}">${text("serve.go-on")}</a></p>`,
    html`
      <meta name="referrer" content="no-referrer">
      <meta http-equiv="refresh" content="0; url=${url}">
    `,
  );
}

/** The page of a file that says why nothing can be shown. */
export function noticePage(title: string, lines: readonly string[]): Html {
  return bare(title, html`<h1>${title}</h1>${lines.map((line) => html`<p>${line}</p>`)}`);
}

/** Writes the file: in the home directory itself, since browsers in a package read neither /tmp nor hidden directories. */
export function writeOpener(home: string, page: Html): OpenerFile {
  const name = `hikae-${crypto.getRandomValues(new Uint8Array(6)).toHex()}.html`;
  const file = join(home, name);
  Deno.writeTextFileSync(file, `<!doctype html>\n${page}`, { createNew: true, mode: 0o600 });
  const gone = Promise.withResolvers<void>();
  let there = true;
  const remove = (): void => {
    clearTimeout(timer);
    gone.resolve();
    if (!there) return;
    there = false;
    try {
      Deno.removeSync(file);
    } catch {
      // it is gone already
    }
  };
  const timer = setTimeout(remove, LONGEST);
  return { file, remove, gone: gone.promise };
}

/** The program that opens a file in the browser of this system, with the file as its one argument. */
function openProgram(os: typeof Deno.build.os, file: string): [string, string[]] {
  if (os === "windows") return ["rundll32.exe", ["url.dll,FileProtocolHandler", file]];
  return os === "darwin" ? ["open", [file]] : ["xdg-open", [file]];
}

/** Opens the file; false when no program of the system takes it. */
export async function openFile(
  { runProgram: run = runProgram }: Pick<Context, "runProgram">,
  file: string,
): Promise<boolean> {
  const [program, args] = openProgram(Deno.build.os, file);
  try {
    // some browsers are the program itself, and end when they are closed
    return (await run(program, args, { limitMs: Infinity })).code === 0;
  } catch {
    return false;
  }
}
