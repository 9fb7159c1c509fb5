/** What somebody on this machine, a page elsewhere or a forged vault may try against `hikae serve`. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { listenerRights } from "../../src/cli/serve/page_server.ts";
import { lookRights } from "../../src/cli/serve/look_child.ts";
import { writeOpener } from "../../src/cli/serve/open_page.ts";
import { HikaeError } from "../../src/base/errors.ts";
import { bare } from "../../src/serve/pages/frame.ts";
import { permissionSet } from "../../src/sandbox/permissions.ts";
import { makeTree, tempDir } from "../helpers/cli_helper.ts";
import { ask, HOST, serverOf, STAMP, visitor } from "./fake_vault.ts";
import type { Tries } from "./inside_worker.ts";
import { backUp, enter, serving } from "./serving.ts";

const UNIX = Deno.build.os !== "windows";

async function inside(
  permissions: Deno.PermissionOptionsObject | "inherit",
  tries: Tries,
): Promise<string[]> {
  const url = new URL("./inside_worker.ts", import.meta.url);
  const worker = new Worker(url, { type: "module", deno: { permissions } });
  try {
    return await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }): void => resolve(data);
      worker.onerror = (event): void => reject(new Error(event.message));
      worker.postMessage(tries);
    });
  } finally {
    worker.terminate();
  }
}

Deno.test("serve, from within: who listens has no file and no other port; a look has its vault to read and its index to write", async () => {
  using dir = tempDir();
  makeTree(dir.path, { vault: { a: "1" }, vault2: { b: "2" }, index: { i: "3" }, index2: {} });
  const other = Deno.listen({ port: 0 });
  const connect = other.addr.port;
  const all = ["vault/a", "vault2/b", "index/i", ".", "/etc/passwd"].map((p) =>
    p.startsWith("/") ? p : dir.at(p)
  );
  const write = ["vault/n", "vault2/n", "index/n", "index2/n"].map((p) => dir.at(p));
  try {
    assertEquals(await inside(listenerRights(45123), { read: all, write, connect }), []);
    const set = permissionSet("look", { vault: [dir.at("vault")], index: [dir.at("index")] });
    const rights = lookRights({ ...set, unscoped: false });
    assertEquals(await inside(rights, { read: all, write, connect }), [
      `read ${dir.at("vault/a")}`,
      `read ${dir.at("index/i")}`,
      `write ${dir.at("index/n")}`,
    ]);
  } finally {
    other.close();
  }
});

Deno.test("serve: a token in a Referer, a query or a cookie lets nobody in", async () => {
  const server = serverOf({ files: { "a.txt": new Uint8Array([97]) } });
  const link = server.gate.newLink();
  const token = link.slice(link.lastIndexOf("/") + 1);
  for (
    const headers of [{ referer: link }, { cookie: `${server.gate.cookieName}=${token}` }, {
      authorization: `Bearer ${token}`,
    }]
  ) {
    const answer = await ask(server, `/${server.gate.start}/?token=${token}`, { headers });
    assertEquals(answer.status, 403);
    await answer.body?.cancel();
  }
  const welcome = await ask(server, new URL(link).pathname);
  assertEquals(welcome.headers.get("referrer-policy"), "no-referrer");
  await welcome.body?.cancel();
});

Deno.test({
  name:
    "serve: the file that --open leads through is its owner's alone, and the printed link is in no other place",
  ignore: !UNIX,
  fn: () => {
    using dir = tempDir();
    const opener = writeOpener(dir.path, bare("hikae", `http://${HOST}/open/${"0".repeat(64)}`));
    assertEquals((Deno.statSync(opener.file).mode ?? 0) & 0o777, 0o600);
    opener.remove();
    assertEquals([...Deno.readDirSync(dir.path)], []);
  },
});

Deno.test("WebDAV: what Explorer and Finder send is answered, and what would write is refused politely", async () => {
  const server = serverOf({ files: { "d/a.txt": new Uint8Array([97]) } });
  const base = `/${server.site.dav}/dav`;
  const explorer = { "user-agent": "Microsoft-WebDAV-MiniRedir/10.0.19045", translate: "f" };
  const finder = { "user-agent": "WebDAVFS/3.0.0 (03008000) Darwin/23.0.0 (arm64)" };
  const sent: [string, string, Record<string, string>, number][] = [
    ["OPTIONS", "/", explorer, 200],
    ["PROPFIND", "/", { ...explorer, depth: "0" }, 207],
    ["PROPFIND", "/latest/d", { ...explorer, depth: "1" }, 207],
    ["PROPFIND", "/latest/d/desktop.ini", { ...explorer, depth: "0" }, 404],
    ["PROPFIND", "/latest/d/folder.jpg", { ...explorer, depth: "0" }, 404],
    ["GET", "/latest/d/a.txt", explorer, 200],
    ["LOCK", "/latest/d/a.txt", { ...explorer, timeout: "Second-3600" }, 405],
    ["PROPPATCH", "/latest/d/a.txt", explorer, 405],
    ["PUT", "/latest/d/new.txt", explorer, 405],
    ["OPTIONS", "/latest/", finder, 200],
    ["PROPFIND", "/latest/", { ...finder, depth: "1" }, 207],
    ["PROPFIND", "/latest/._d", { ...finder, depth: "0" }, 404],
    ["PROPFIND", "/latest/d/.DS_Store", { ...finder, depth: "0" }, 404],
    ["PUT", "/latest/d/._a.txt", finder, 405],
    ["LOCK", "/latest/d/.DS_Store", finder, 405],
    ["UNLOCK", "/latest/d/.DS_Store", finder, 405],
  ];
  for (const [method, path, headers, status] of sent) {
    const answer = await ask(server, base + path, { method, headers });
    assertEquals(answer.status, status, `${method} ${path}`);
    if (status === 405) assertEquals(answer.headers.get("allow"), "OPTIONS, GET, HEAD, PROPFIND");
    // class 1: neither client asks for locks of a server that has none
    if (method === "OPTIONS") assertEquals(answer.headers.get("dav"), "1");
    await answer.body?.cancel();
  }
});

Deno.test("serve: a backup that is not there is told as such, to programs in plain text, and HEAD tells no length of 0", async () => {
  const server = serverOf({ files: { "d/a.txt": new Uint8Array([97]) } });
  const { ask: answers } = server;
  const problems: Record<string, HikaeError> = {
    "20200101_000000": new HikaeError("no_such_snapshot", "no run has this stamp"),
    "desktop.ini": new HikaeError("usage", "no point in time"),
    hangs: new HikaeError("failed", "it does not answer"),
  };
  server.ask = async (vault, question, what) => {
    const problem = problems["at" in what ? String(what.at) : ""];
    if (problem !== undefined) throw problem;
    return await answers(vault, question, what);
  };
  const visit = await visitor(server);
  const statuses = { "20200101_000000": 404, "desktop.ini": 404, hangs: 500 };
  for (const [at, status] of Object.entries(statuses)) {
    for (const method of ["PROPFIND", "GET", "HEAD"]) {
      const path = `/${server.site.dav}/dav/${at}/d`;
      const answer = await ask(server, path, { method, headers: { depth: "1" } });
      assertEquals(answer.status, status, `${method} ${at}`);
      assertEquals(answer.headers.get("content-type"), "text/plain; charset=utf-8");
      assert(!(await answer.text()).includes(server.gate.start));
    }
    for (const page of ["tree", "zip"]) {
      const answer = await visit(`/v/0/${page}/${at}/d`);
      assertEquals(
        [answer.status, (await answer.text()).length > 0],
        [status, true],
        `${page} ${at}`,
      );
    }
  }
  const head = await visit("/v/0/zip/latest/d", { method: "HEAD" });
  assertEquals([head.status, head.body !== null, await head.text()], [200, true, ""]);
});

Deno.test("serve: a tag that a client knows is heeded as HTTP says, alone, in a list, weak, or any", async () => {
  const server = serverOf({ files: { "a.txt": new Uint8Array([97]) } });
  const path = `/${server.site.dav}/dav/latest/a.txt`;
  const tag = (await ask(server, path)).headers.get("etag") ?? "";
  const sent: [string, string, number][] = [
    ["if-none-match", tag, 304],
    ["if-none-match", `W/${tag}`, 304],
    ["if-none-match", `"x", ${tag}`, 304],
    ["if-none-match", "*", 304],
    ["if-none-match", '"x", W/"y"', 200],
    ["if-none-match", "", 200],
    ["if-match", tag, 200],
    ["if-match", `"x",${tag}`, 200],
    ["if-match", "*", 200],
    ["if-match", `W/${tag}`, 412],
    ["if-match", '"x"', 412],
  ];
  for (const [header, value, status] of sent) {
    const answer = await ask(server, path, { headers: { [header]: value } });
    assertEquals(answer.status, status, `${header}: ${value}`);
    await answer.body?.cancel();
  }
});

Deno.test("serve: a vault that somebody forged shows its names as text and leads nowhere", async () => {
  const server = serverOf({ files: { "a.txt": new Uint8Array([97]) } });
  const { ask: answers } = server;
  server.ask = async (vault, question, what) => {
    const answer = await answers(vault, question, what);
    if (question !== "facts") return answer;
    return {
      ...answer as object,
      source: "</title><script>x</script>",
      host: "\u202e\"'>",
    } as never;
  };
  const visit = await visitor(server);
  for (const path of ["/", "/v/0/"]) {
    const page = await (await visit(path)).text();
    assert(!page.includes("<script>x") && !page.includes("\u202e"), path);
  }
  const headers = (await visit(`/v/0/get/${STAMP}/a.txt`)).headers;
  assert(!/[\r\n]/.test(headers.get("content-disposition") ?? ""));
});

Deno.test({
  name:
    "serve: links in the vault, header floods, slow clients and many connections: the page still answers",
  ignore: !UNIX,
  fn: async () => {
    using dir = tempDir();
    makeTree(dir.path, { source: { d: { "a.txt": "one\n" } }, secret: { "a.txt": "secret\n" } });
    await backUp(dir.at("source"), dir.at("vault"));
    await using server = await serving([dir.at("vault")]);
    const { visit, origin } = await enter(server);
    const port = Number(new URL(origin).port);
    const life = await (await visit("/v/0/file/d/a.txt")).text();
    const stamp = /\/get\/(\d+_\d+)\//.exec(life)?.[1] ?? "";
    const open: Deno.TcpConn[] = [];
    const send = async (text: string): Promise<Deno.TcpConn> => {
      const connection = await Deno.connect({ port });
      await connection.write(new TextEncoder().encode(text)).catch(() => {});
      open.push(connection);
      return connection;
    };
    const flood = await send(
      `GET / HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n${"x: y\r\n".repeat(5000)}\r\n`,
    );
    const refused = new Uint8Array(16);
    await flood.read(refused).catch(() => {});
    assert(!new TextDecoder().decode(refused).includes(" 200"), "a flood of headers is no page");
    for (let i = 0; i < 1000; i++) await send(i % 2 === 0 ? "" : "GET / HTTP/1.1\r\nho");
    const page = await visit("/v/0/");
    assertEquals(page.status, 200);
    await page.body?.cancel();
    for (const connection of open) connection.close();
    // what lies there now is a way out of the vault
    Deno.removeSync(dir.at("vault/d/a.txt"));
    Deno.symlinkSync(dir.at("secret/a.txt"), join(dir.at("vault/d"), "a.txt"));
    const out = await visit(`/v/0/get/${stamp}/d/a.txt`);
    const said = await out.text().catch(() => "broken off");
    assert(out.status >= 400 || said === "broken off", `${out.status} ${said}`);
    assert(!said.includes("secret\n"));
  },
});
