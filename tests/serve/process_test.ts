/** `hikae serve` from the command line to the answer over the network: what it shows, and what its processes may do. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { makeTree, run, tempDir } from "../helpers/cli_helper.ts";
import { indexPlace } from "../helpers/index_helper.ts";
import { backUp, follow, type Serving, serving } from "./serving.ts";

const UNIX = Deno.build.os !== "windows";

/** A vault of two runs: `a.txt` changed, `docs/b.md` deleted. */
async function twoRuns(): Promise<ReturnType<typeof tempDir>> {
  const dir = tempDir();
  makeTree(dir.path, { source: { "a.txt": "one\n", docs: { "b.md": "x", "ü & <b>.txt": "y" } } });
  await backUp(dir.at("source"), dir.at("vault"));
  Deno.writeTextFileSync(dir.at("source/a.txt"), "one\ntwo\n");
  Deno.removeSync(dir.at("source/docs/b.md"));
  await new Promise((resolve) => setTimeout(resolve, 1100));
  await backUp(dir.at("source"), dir.at("vault"));
  return dir;
}

/** The stamps of a vault, oldest first. */
async function stampsOf(vault: string): Promise<string[]> {
  const { json } = await run(["list", vault, "--json"]);
  return json.filter((m) => m.message_type === "snapshot").map((m) => String(m.stamp));
}

async function text(answer: Promise<Response>): Promise<string> {
  return await (await answer).text();
}

async function statusOf(answer: Promise<Response>): Promise<number> {
  const { status, body } = await answer;
  await body?.cancel();
  return status;
}

Deno.test({
  name: "serve: a file's life, the tree of then, what was deleted, what a run did",
  ignore: !UNIX,
  fn: async () => {
    using dir = await twoRuns();
    const [first = "", second = ""] = await stampsOf(dir.at("vault"));
    await using server = await serving([dir.at("vault")]);
    const visit = await follow(server);
    assert((await text(visit("/"))).includes("vault"));
    const life = await text(visit("/v/0/file/a.txt"));
    assert(life.includes(`/get/${first}/a.txt`) && life.includes(`/get/${second}/a.txt`), life);
    assertEquals(await text(visit(`/v/0/get/${first}/a.txt`)), "one\n");
    assertEquals(await text(visit(`/v/0/get/${second}/a.txt`)), "one\ntwo\n");
    const before = await text(visit(`/v/0/tree/${first}/docs`));
    assert(before.includes("b.md") && before.includes("ü &amp; &lt;b&gt;.txt"), before);
    assert(!(await text(visit(`/v/0/tree/latest/docs`))).includes(">b.md<"));
    assert((await text(visit("/v/0/vanished"))).includes("docs/b.md"));
    assert((await text(visit(`/v/0/run/${second}`))).includes("docs/b.md"));
    assert((await text(visit("/v/0/find?q=B.M"))).includes("docs/b.md"));
    assert((await text(visit(`/v/0/compare/${second}/a.txt`))).includes("+ two"));
    assertEquals(await statusOf(visit("/v/0/file/none")), 404);
    assertEquals((await server.stop()).code, 0);
  },
});

Deno.test({
  name: "serve: the page speaks the language of who started it, and says which",
  ignore: !UNIX,
  fn: async () => {
    using dir = await twoRuns();
    await using server = await serving([dir.at("vault"), "--lang", "ja"]);
    const visit = await follow(server);
    const page = await text(visit("/v/0/"));
    assert(page.includes('<html lang="ja">') && page.includes("バックアップ"), page);
    assert((await text(visit("/v/0/file/none"))).includes("ページ"));
  },
});

Deno.test({
  name: "serve: no file of the machine can be had, only what the vault keeps",
  ignore: !UNIX,
  fn: async () => {
    using dir = await twoRuns();
    Deno.symlinkSync("/etc", dir.at("vault/etc"));
    await using server = await serving([dir.at("vault")]);
    const visit = await follow(server);
    for (const path of ["etc/passwd", ".$META$/vault.json", "..%2f..%2fetc/passwd"]) {
      const answer = await visit(`/v/0/get/99991231_235959/${path}`);
      assert(answer.status >= 400, path);
      assert(!(await answer.text()).includes("root:"), path);
    }
  },
});

Deno.test({
  name: "serve: a look process that died is started again",
  ignore: !UNIX,
  fn: async () => {
    using dir = await twoRuns();
    await using server = await serving([dir.at("vault")]);
    const visit = await follow(server);
    assert((await text(visit("/v/0/"))).includes("source"));
    for (const pid of childrenOf(server)) Deno.kill(pid, "SIGKILL");
    // until the server has heard of their end it asks the dead
    let page = "";
    for (let tries = 0; tries < 600 && !page.includes("source"); tries++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      page = await text(visit("/v/0/"));
    }
    assert(page.includes("source"), page);
  },
});

/** The processes that a server has started. */
function childrenOf({ pid }: Serving): number[] {
  const list = new Deno.Command("ps", { args: ["-o", "pid=", "--ppid", String(pid)] }).outputSync();
  const pids = new TextDecoder().decode(list.stdout).trim().split(/\s+/).map(Number);
  assert(pids.length > 0 && pids.every((n) => n > 0), "there is a look process");
  return pids;
}

Deno.test({
  name: "serve: a vault that is not there is said so, and shown once it is",
  ignore: !UNIX,
  fn: async () => {
    using dir = await twoRuns();
    await using server = await serving([dir.at("vault")]);
    const visit = await follow(server);
    Deno.renameSync(dir.at("vault"), dir.at("away"));
    assertEquals(await statusOf(visit("/v/0/")), 500);
    assert((await text(visit("/"))).includes("cannot be read now"));
    Deno.renameSync(dir.at("away"), dir.at("vault"));
    assertEquals(await statusOf(visit("/v/0/")), 200);
  },
});

Deno.test({
  name: "serve: --allow-restore shows what would be written, then writes it there and nowhere else",
  ignore: !UNIX,
  fn: async () => {
    using dir = await twoRuns();
    Deno.mkdirSync(dir.at("back"));
    const [first = ""] = await stampsOf(dir.at("vault"));
    await using server = await serving([dir.at("vault"), "--allow-restore", dir.at("back")]);
    const visit = await follow(server);
    const form = (fields: Record<string, string>): Promise<Response> =>
      visit("/v/0/restore", {
        method: "POST",
        headers: { origin: server.origin },
        body: new URLSearchParams({ path: "docs/b.md", at: first, ...fields }),
      });
    const planned = await text(form({}));
    assert(planned.includes("+ docs/b.md"), planned);
    assertEquals([...Deno.readDirSync(dir.at("back"))], []);
    await (await form({ sure: "yes" })).body?.cancel();
    assertEquals(Deno.readTextFileSync(dir.at("back/docs/b.md")), "x");
  },
});

Deno.test("serve: nothing is brought back into a source or a vault", async () => {
  using dir = await twoRuns();
  for (const place of ["source", "vault", "source/docs", "nowhere"]) {
    const r = await run(["serve", dir.at("vault"), "--allow-restore", dir.at(place)]);
    assertEquals(r.code, 2, `${place}: ${r.stdout}${r.stderr}`);
  }
});

Deno.test("serve: who listens has one port and no file; a look has its vault and that one's index alone", async () => {
  using dir = await twoRuns();
  const r = await run([
    "serve",
    dir.at("vault"),
    "--port",
    "45123",
    "--explain-permissions",
    "--json",
  ]);
  assertEquals(r.code, 0, r.stderr);
  const set = (thread: string): Record<string, unknown> | undefined =>
    r.json.find((m) => String(m.thread).startsWith(thread));
  const http = set("http");
  assertEquals([http?.net, http?.read, http?.write, http?.run], [["127.0.0.1:45123"], [], [], []]);
  const look = set("look");
  const index = indexPlace(dir.at("vault"))?.dir;
  assertEquals([look?.read, look?.write], [[dir.at("vault"), index], [index]]);
  assertEquals([look?.net, look?.run], [[], []]);
  assertEquals(set("main")?.read, []);
});

Deno.test("serve: a directory with vaults below shows each of them; one without is an error", async () => {
  using dir = await twoRuns();
  Deno.mkdirSync(dir.at("drive/desk"), { recursive: true });
  Deno.renameSync(dir.at("vault"), dir.at("drive/desk/docs"));
  const r = await run(["serve", dir.at("drive"), "--explain-permissions", "--json"]);
  assertEquals(r.code, 0, r.stderr);
  const threads = r.json.map((m) => String(m.thread));
  assert(threads.some((t) => t.endsWith(join("drive", "desk", "docs"))), threads.join());
  assertEquals((await run(["serve", dir.at("source")])).code, 10);
  assertEquals((await run(["serve", dir.at("drive"), "--port", "0x50"])).code, 2);
});

Deno.test({
  name: "serve FILE opens at this file, out of the vaults that hold it",
  ignore: !UNIX,
  fn: async () => {
    using dir = await twoRuns();
    for (const [word, title] of [["a.txt", "a.txt"], ["docs/b.md", "b.md"], ["docs", "docs"]]) {
      await using server = await serving([dir.at(`source/${word}`)]);
      const welcome = await fetch(server.url, { redirect: "manual" });
      const next = /url=(\/[^"]+)"/.exec(await welcome.text())?.[1] ?? "";
      const cookie = (welcome.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
      const opened = await fetch(server.origin + next, { headers: { cookie } });
      const page = await opened.text();
      assertEquals(opened.status, 200, next);
      assert(page.includes(`<title>${title}`) || page.includes(title ?? ""), page);
    }
  },
});
