/**
 * What the tests in a real browser share: one vault, one server before it, one browser; made by the first test that
 * asks, taken down after the last.
 */

import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from "playwright-core";
import { join } from "@std/path";
import { findBrowser } from "../../helpers/browser_helper.ts";
import { makeTree, run, type TempDir, tempDir } from "../../helpers/cli_helper.ts";
import { backUp, enter, type Entered, type Serving, serving } from "../serving.ts";

/** The browser's program; undefined where there is none. */
export const program = findBrowser();

/** True where a client of WebDAV is installed. */
export function hasWebDav(client: string): boolean {
  try {
    const args = [client === "rclone" ? "version" : "--version"];
    const options = { args, stdin: "null", stdout: "null", stderr: "null" } as const;
    new Deno.Command(client, options).outputSync();
    return true;
  } catch {
    return false;
  }
}

/** A test of the page; it is not run where there is no browser. */
export function test(name: string, fn: () => Promise<void>): void {
  Deno.test({
    name: `browser: ${name}`,
    ignore: program === undefined,
    fn,
    // what the tests share outlives each of them
    sanitizeOps: false,
    sanitizeResources: false,
  });
}

/** Entries of the directory that is wide: 100,000 of them where time is no matter. */
export const WIDE = Number(Deno.env.get("HIKAE_ENTRIES") ?? 3000);

/** The size of the large file, in bytes: more than 2^31 where time is no matter. */
export const LARGE = Number(Deno.env.get("HIKAE_LARGE") ?? 96 << 20);

/** A name that tries to be markup. */
export const MARKUP = "<img src=x onerror=document.title='run'> \"'&.html";

/** Names that an address, a header, a page, a shell or a file system may take for something else. */
export const HOSTILE: readonly string[] = [
  MARKUP,
  "a%2fb %00 %2e%2e 100%.txt",
  "?q=1&after=x#main;v=1",
  "back\\slash\\..\\up.txt",
  "tab\tnew\nline\r.txt",
  "\u0001\u001b[31mred\u007f.txt",
  "right\u202etxt.exe",
  "zero\u200bwidth\ufeff.txt",
  "quote\"s 'and' `more` $(id) *?[x].txt",
  " leading and trailing ",
  "...",
  "-rf",
  "latest",
  "20261121_073816",
  "e\u0301 é 控え 🎏.txt",
  "<title><script>document.title='run'",
  "javascript:alert(1)",
  "+plus +.txt",
];

const SCRIPT = "<!doctype html><script>document.title='run'</script><h1>run</h1>";
const SVG = '<svg xmlns="http://www.w3.org/2000/svg" onload="document.title=\'run\'">' +
  "<script>document.title='run'</script></svg>";
/** One red pixel. */
const PNG = Uint8Array.fromBase64(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
);

/** The vault and what serves it. */
export interface World {
  dir: TempDir;
  /** The stamps of its two runs. */
  first: string;
  second: string;
  server: Serving;
  /** Its printed link was followed: the start of its addresses, the cookie, and a way to ask. */
  entered: Entered;
}

/** A page of the browser, and all that it should have kept quiet about. */
export interface Watched {
  page: Page;
  context: BrowserContext;
  /** Errors, refused loads, dialogs, requests to elsewhere. */
  log: string[];
}

let made: Promise<World> | undefined;
let started: Promise<Browser> | undefined;

/** The browser of all tests. */
function browser(): Promise<Browser> {
  return started ??= chromium.launch({
    executablePath: program ?? "",
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
  });
}

/** The world of all tests. */
export function world(): Promise<World> {
  return made ??= make();
}

Deno.test.afterAll(async () => {
  await (await started)?.close();
  if (made === undefined) return;
  const { server, dir } = await made;
  await server.stop();
  dir[Symbol.dispose]();
});

/** Waits until a backup gets another stamp than the one before. */
export function nextSecond(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1050 - Date.now() % 1000));
}

async function make(): Promise<World> {
  const dir = tempDir();
  const wide = Object.fromEntries(
    Array.from({ length: WIDE }, (_, i) => [`file ${String(i).padStart(6, "0")}.txt`, `${i}`]),
  );
  makeTree(dir.path, {
    source: {
      notes: { "todo.txt": "buy milk\n", "gone.txt": "once\n", "page.html": SCRIPT, "a.svg": SVG },
      pictures: { "red.png": PNG, "both.png": new Uint8Array([...PNG, ...utf8(SCRIPT)]) },
      hostile: Object.fromEntries(HOSTILE.map((name) => [name, SCRIPT])),
      ["<b>\"'& ".repeat(20)]: { [MARKUP]: SCRIPT },
      wide,
      ["a very long name of a folder that goes on and on ".repeat(4)]: { x: "1" },
    },
    back: {},
  });
  sparse(dir.at("source/large.bin"), LARGE);
  await backUp(dir.at("source"), dir.at("vault"));
  Deno.writeTextFileSync(dir.at("source/notes/todo.txt"), "buy milk\nand bread\n");
  Deno.removeSync(dir.at("source/notes/gone.txt"));
  await nextSecond();
  await backUp(dir.at("source"), dir.at("vault"));
  const [first = "", second = ""] = await stampsOf(dir.at("vault"));
  const server = await serving([dir.at("vault"), "--allow-restore", dir.at("back")]);
  return { dir, first, second, server, entered: await enter(server) };
}

/** A slow machine is no fault of a page: what never comes is told after so long, ms. */
const PATIENCE = 300_000;

/** A window of its own, which waits as long as it takes. */
export async function newContext(options?: BrowserContextOptions): Promise<BrowserContext> {
  const context = await (await browser()).newContext(options);
  context.setDefaultTimeout(PATIENCE);
  context.setDefaultNavigationTimeout(PATIENCE);
  return context;
}

/** A browser of its own that has the cookie of a server, with one page. */
export async function opened(
  options: BrowserContextOptions = {},
  entered?: Entered,
): Promise<Watched> {
  const { cookie, origin } = entered ?? (await world()).entered;
  const context = await newContext({ acceptDownloads: true, ...options });
  const [name = "", value = ""] = cookie.split("=");
  await context.addCookies([{ name, value, url: origin, httpOnly: true, sameSite: "Strict" }]);
  return { context, ...watch(await context.newPage(), origin) };
}

/** Notes whatever a page has no reason to do. */
export function watch(page: Page, origin: string): { page: Page; log: string[] } {
  const log: string[] = [];
  page.on("console", (m) => log.push(`${m.type()}: ${m.text()}`));
  page.on("pageerror", (e) => log.push(`error: ${e.message}`));
  page.on("dialog", (d) => {
    log.push(`dialog: ${d.message()}`);
    void d.dismiss();
  });
  page.on("request", (r) => {
    if (new URL(r.url()).origin !== origin) log.push(`request: ${r.url()}`);
    if (/open/.test(r.headers().referer ?? "")) log.push(`referer: ${r.headers().referer}`);
  });
  return { page, log };
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A file of `size` bytes, nearly all of them holes; its last bytes are "the end\n". */
function sparse(path: string, size: number): void {
  using file = Deno.openSync(path, { write: true, createNew: true });
  file.truncateSync(size - 8);
  file.seekSync(size - 8, Deno.SeekMode.Start);
  file.writeSync(utf8("the end\n"));
}

/** The stamps of a vault, oldest first. */
export async function stampsOf(vault: string): Promise<string[]> {
  const { json } = await run(["list", vault, "--json"]);
  return json.filter((m) => m.message_type === "snapshot").map((m) => String(m.stamp));
}

/** Takes everything out of a directory. */
export function empty(dir: string): void {
  for (const { name } of [...Deno.readDirSync(dir)]) {
    Deno.removeSync(join(dir, name), { recursive: true });
  }
}
