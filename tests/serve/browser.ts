/**
 * `hikae serve` in a real browser and before a real WebDAV client: `deno task test:browser`. Not a suite of every run:
 * it needs chromium and rclone, and says so where they are not.
 */

import { assert, assertEquals } from "@std/assert";
import axe from "axe-core";
import { join } from "@std/path";
import { Browser, findBrowser } from "../helpers/browser_helper.ts";
import { makeTree, run, tempDir } from "../helpers/cli_helper.ts";
import { backUp, follow, type Serving, serving } from "./serving.ts";

const chromium = findBrowser();
const rclone = hasProgram("rclone");

function hasProgram(name: string): boolean {
  try {
    return new Deno.Command(name, { args: ["version"], stdout: "null", stderr: "null" })
      .outputSync().success;
  } catch {
    return false;
  }
}

const HOSTILE = "<img src=x onerror=document.title='run'> \"'&.html";
const SCRIPT = "<!doctype html><script>document.title='run'</script><h1>run</h1>";

/** A vault with two runs, names that try to be markup, and a directory of many entries. */
async function makeWorld(): Promise<ReturnType<typeof tempDir>> {
  const dir = tempDir();
  const many = Object.fromEntries(
    Array.from({ length: 1200 }, (_, i) => [`file ${String(i).padStart(5, "0")}.txt`, `${i}`]),
  );
  makeTree(dir.path, {
    source: {
      notes: {
        "todo.txt": "buy milk\n",
        [HOSTILE]: SCRIPT,
        "a.svg": "<svg onload=alert(1)></svg>",
      },
      many,
      ["a very long name of a folder that goes on and on ".repeat(4)]: { x: "1" },
    },
  });
  await backUp(dir.at("source"), dir.at("vault"));
  Deno.writeTextFileSync(dir.at("source/notes/todo.txt"), "buy milk\nand bread\n");
  await new Promise((resolve) => setTimeout(resolve, 1100));
  await backUp(dir.at("source"), dir.at("vault"));
  return dir;
}

/** Every kind of page, below the start of the server. */
function pagesOf(stamp: string): string[] {
  const name = encodeURIComponent(HOSTILE);
  return [
    "/",
    "/v/0/",
    "/v/0/tree/latest/",
    "/v/0/tree/latest/many",
    "/v/0/tree/latest/notes",
    "/v/0/file/notes/todo.txt",
    `/v/0/file/notes/${name}`,
    `/v/0/view/${stamp}/notes/todo.txt`,
    `/v/0/compare/${stamp}/notes/todo.txt`,
    `/v/0/run/${stamp}`,
    "/v/0/find?q=todo",
    "/v/0/vanished",
    "/v/0/space",
  ];
}

async function newestStamp(vault: string): Promise<string> {
  const { json } = await run(["list", vault, "--json"]);
  return String(json.filter((m) => m.message_type === "snapshot").at(-1)?.stamp);
}

/** Opens the printed link; gives the address that the page went on to. */
async function enter(browser: Browser, server: Serving): Promise<string> {
  await browser.evaluate(`location.href = ${JSON.stringify(server.url)}`);
  for (let tries = 0; tries < 100; tries++) {
    const [at = "", state] = await browser.evaluate(
      "[location.href, document.readyState]",
    ) as string[];
    if (at.startsWith(server.origin) && !at.includes("/open/") && state === "complete") {
      return at.replace(/\/$/, "");
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the link did not go on by itself");
}

Deno.test({
  name:
    "browser: every page on a desk and a phone, light and dark: nothing overflows, nothing runs, axe finds nothing",
  ignore: chromium === undefined,
  fn: async () => {
    using dir = await makeWorld();
    const stamp = await newestStamp(dir.at("vault"));
    await using server = await serving([dir.at("vault")]);
    await using browser = await Browser.start(chromium ?? "");
    const start = await enter(browser, server);
    const shots = Deno.env.get("HIKAE_SHOTS");
    for (const [n, path] of pagesOf(stamp).entries()) {
      for (const options of [{ width: 1000, dark: false }, { width: 390, dark: true }]) {
        const look = await browser.look(start + path, options);
        assertEquals(look.log, [], path);
        assertEquals(look.requests, [], path);
        assert(look.scrollWidth <= options.width, `${path} is ${look.scrollWidth} wide`);
        assert(look.title.endsWith(" - hikae"), look.title);
        assert(look.smallestFont >= 12, `${path}: ${look.smallestFont} px`);
        await browser.evaluate(axe.source);
        const found = await browser.evaluate(
          "axe.run().then((r) => r.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.html).slice(0, 2)))",
        );
        assertEquals(found, [], path);
        if (shots !== undefined) {
          Deno.writeFileSync(join(shots, `${n}-${options.width}.png`), look.png);
        }
      }
    }
  },
});

Deno.test({
  name:
    "browser: the slash goes to the find box, arrows go through the backups, the slider is there",
  ignore: chromium === undefined,
  fn: async () => {
    using dir = await makeWorld();
    await using server = await serving([dir.at("vault")]);
    await using browser = await Browser.start(chromium ?? "");
    const start = await enter(browser, server);
    await browser.look(`${start}/v/0/tree/latest/`, { width: 1000, dark: false });
    assertEquals(
      await browser.evaluate("document.querySelectorAll('input[type=range]').length"),
      1,
    );
    await browser.press("/");
    assertEquals(await browser.evaluate("document.activeElement.id"), "q");
    await browser.evaluate("document.activeElement.blur()");
    const before = await browser.evaluate("location.href");
    await browser.press("ArrowLeft");
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert(await browser.evaluate("location.href") !== before, "one backup earlier");
  },
});

Deno.test({
  name: "WebDAV: rclone copies a past tree, and it is what restore --at gives",
  ignore: !rclone,
  fn: async () => {
    using dir = await makeWorld();
    const stamp = await newestStamp(dir.at("vault"));
    await using server = await serving([dir.at("vault")]);
    const visit = await follow(server);
    const page = await (await visit("/v/0/")).text();
    const address = /http:\/\/[^<]*\/dav\//.exec(page)?.[0] ?? "";
    const copied = await new Deno.Command("rclone", {
      args: ["copy", `:webdav:/${stamp}/`, dir.at("copied"), "--webdav-url", address],
      env: { RCLONE_CONFIG: dir.at("none.conf") },
      stderr: "piped",
      stdout: "null",
    }).output();
    assert(copied.success, new TextDecoder().decode(copied.stderr));
    const restored = await run(["restore", dir.at("vault"), "--at", stamp, "--to", dir.at("back")]);
    assertEquals(restored.code, 0, restored.stderr);
    const { stdout } = await new Deno.Command("diff", {
      args: ["-r", dir.at("copied"), dir.at("back")],
    }).output();
    assertEquals(new TextDecoder().decode(stdout), "");
  },
});
