/** "Versions" in a file manager: one server answers all clicks, is found by this user alone, and ends by itself. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  isThere,
  makeTree,
  read,
  run,
  spawn,
  type TempDir,
  tempDir,
} from "../helpers/cli_helper.ts";
import { ask, HOST, serverOf } from "./fake_vault.ts";
import { backUp } from "./serving.ts";

const UNIX = Deno.build.os !== "windows";

/** A home with two sources, each with a vault of its own, and a browser that keeps what it is to open. */
async function world(): Promise<TempDir & { env: Record<string, string> }> {
  const dir = tempDir();
  makeTree(dir.path, {
    home: { docs: { "a note.txt": "one", deep: { f: "f" } }, pictures: { p: "p" }, alone: "" },
    bin: {},
    usb: {},
  });
  // the program of every system that opens a file: it may read it while it is there
  for (const name of ["xdg-open", "open"]) {
    const copy = `cp "$1" "$OUT.part" && stat -c %a "$1" > "$OUT.mode"; mv "$OUT.part" "$OUT"`;
    Deno.writeTextFileSync(dir.at(`bin/${name}`), `#!/bin/sh\n${copy}\n`, { mode: 0o755 });
  }
  const env = {
    HOME: dir.at("home"),
    HIKAE_STATE_DIR: dir.at("state"),
    PATH: `${dir.at("bin")}:${Deno.env.get("PATH")}`,
    DENO_DIR: denoDir(),
  };
  await backUp(dir.at("home/docs"), dir.at("usb/docs"), { env });
  await backUp(dir.at("home/pictures"), dir.at("usb/pictures"), { env });
  return Object.assign(dir, { env });
}

function denoDir(): string {
  return Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`;
}

/** A click: starts the program, and gives what it had the browser open. */
async function click(
  dir: Awaited<ReturnType<typeof world>>,
  word: string,
  cwd: string,
  idle = "30m",
): Promise<{ child: Deno.ChildProcess; page: string; mode: string }> {
  const out = dir.at(`opened-${crypto.randomUUID()}`);
  const child = spawn(["serve", "--open", "--clicked", "--idle", idle, "--", word], {
    cwd: dir.at(cwd),
    env: { ...dir.env, OUT: out },
  });
  let looks = Infinity;
  // what it has started may go on for a moment
  void child.status.then(() => looks = 200);
  while (!isThere(out)) {
    if (looks-- <= 0) throw new NotStarted("the browser was not started");
    await new Promise((go) => setTimeout(go, 50));
  }
  return { child, page: read(out), mode: read(`${out}.mode`).trim() };
}

/** A server ended before its browser had started. */
class NotStarted extends Error {}

/** A click whose server ends as soon as may be: where the machine is too slow to start a browser by then, later. */
async function clickBriefly(
  dir: Awaited<ReturnType<typeof world>>,
  word: string,
  cwd: string,
): ReturnType<typeof click> {
  for (const idle of ["1s", "10s"]) {
    try {
      return await click(dir, word, cwd, idle);
    } catch (error) {
      if (!(error instanceof NotStarted)) throw error;
    }
  }
  return await click(dir, word, cwd, "2m");
}

/** Follows the file that a browser was given; gives the page and where it lies. */
async function follow(page: string): Promise<{ text: string; origin: string; next: string }> {
  const link = /url=(http:[^"]+)"/.exec(page)?.[1] ?? "";
  const welcome = await fetch(link);
  const next = /url=(\/[^"]+)"/.exec(await welcome.text())?.[1] ?? "";
  const { origin } = new URL(link);
  const cookie = (welcome.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  const opened = await fetch(origin + next, { headers: { cookie } });
  return { text: await opened.text(), origin, next };
}

Deno.test({
  name: "serve: a second click uses the server of the first, whichever vault it is for",
  ignore: !UNIX,
  fn: async () => {
    using dir = await world();
    const one = await click(dir, "a note.txt", "home/docs");
    assertEquals(one.mode, "600");
    const note = dir.at("state/serve/click.json");
    assertEquals((Deno.statSync(note).mode ?? 0) & 0o777, 0o600);
    const first = await follow(one.page);
    assertStringIncludes(first.next, "/file/a%20note.txt");
    assertStringIncludes(first.text, "a note.txt");
    // an address, as Nemo gives it; a file of the vault itself; and a folder of the other vault
    for (
      const [word, way] of [
        [`file://${dir.at("home/docs/a%20note.txt")}`, "/file/a%20note.txt"],
        [dir.at("usb/docs/deep"), "/tree/latest/deep"],
        [dir.at("home/pictures"), "/tree/latest"],
      ]
    ) {
      const two = await click(dir, word ?? "", "home");
      const second = await follow(two.page);
      assertEquals(second.origin, first.origin);
      assertStringIncludes(second.next, way ?? "");
      const left = await two.child.output();
      assertEquals(left.code, 0);
    }
    one.child.kill("SIGTERM");
    const ended = await one.child.output();
    const said = new TextDecoder().decode(ended.stdout) + new TextDecoder().decode(ended.stderr);
    assertEquals(ended.code, 0, said);
    assert(!said.includes("/open/"), "no link stands where a log keeps it");
    assert(!isThere(note));
    assertEquals([...Deno.readDirSync(dir.at("home"))].filter((e) => e.name.endsWith(".html")), []);
  },
});

Deno.test({
  name:
    "serve: left alone it ends by itself; what an ended server left behind is not believed, and what no vault holds is said in the browser",
  ignore: !UNIX,
  fn: async () => {
    using dir = await world();
    // whoever listens at that port now would be told the secret
    using other = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = other.addr as Deno.NetAddr;
    makeTree(dir.at("state"), {
      serve: { "click.json": JSON.stringify({ port, secret: "s" }), "click.lock": "" },
    });
    const one = await clickBriefly(dir, "deep", "home/docs");
    assert(!one.page.includes(`:${port}/`));
    const alone = await click(dir, "alone", "home");
    assertStringIncludes(alone.page, "no backup that this machine knows holds this file");
    assert(!/refresh/.test(alone.page));
    alone.child.kill("SIGTERM");
    assertEquals((await alone.child.output()).code, 10);
    assertEquals((await one.child.output()).code, 0);
    // without a browser it is said where somebody may read it
    const odd = await run(["serve", "--clicked"], { env: { ...dir.env, PATH: "/nowhere" } });
    assertEquals(odd.code, 10, odd.stderr);
  },
});

Deno.test("serve: links are given only to who knows the secret, by a POST, at the printed host", async () => {
  const server = { ...serverOf({ files: {} }), click: "s3cret" };
  const asked = (headers: Record<string, string>, method = "POST"): Promise<Response> =>
    ask(server, "/click", {
      method,
      headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
      ...(method === "POST" ? { body: `vault=${encodeURIComponent(root)}&path=a` } : {}),
    });
  const root = server.site.vaults[0]?.root ?? "";
  const good = { authorization: "Bearer s3cret" };
  for (const headers of [{}, { authorization: "Bearer s3creT" }, { authorization: "s3cret" }]) {
    assertEquals((await asked(headers)).status, 403);
  }
  assertEquals((await asked({ ...good, host: "evil.example" })).status, 421);
  assertEquals((await asked(good, "GET")).status, 403);
  const answer = await asked(good);
  assertEquals(answer.status, 200);
  const reader = answer.body?.getReader();
  const line = new TextDecoder().decode((await reader?.read())?.value);
  assertStringIncludes(line, `http://${HOST}/open/`);
  // the answer ends when the link was followed
  await (await ask(server, new URL(line.trim()).pathname)).body?.cancel();
  assertEquals((await reader?.read())?.done, true);
  // nobody sits at a window of this server: the page says what helps here
  const used = await ask(server, new URL(line.trim()).pathname);
  assertEquals(used.status, 410);
  assertStringIncludes(await used.text(), "click on “Versions” again");
  const none = serverOf({ files: {} });
  const closed = await ask(none, "/click", { method: "POST", headers: good });
  assertEquals(closed.status, 403);
});
