/** The page's answers, held against a vault in memory: who gets in, what is escaped, what is sent and what is not. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { utf8 } from "../../src/base/bytes.ts";
import { HikaeError } from "../../src/base/errors.ts";
import type { AskVault, JobFacts } from "../../src/base/vault_questions.ts";
import { remembered } from "../../src/cli/serve/jobs_now.ts";
import type { Server } from "../../src/serve/serving.ts";
import { ask, type FakeVault, HOST, serverOf, STAMP, visitor } from "./fake_vault.ts";

const VAULT: FakeVault = {
  files: {
    "a.txt": utf8("abc"),
    "docs/<script>alert(1)</script>.html": utf8("<script>alert(1)</script>"),
    "docs/picture.png": new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1]),
    "docs/évil \"'&\u202e.txt": utf8("x"),
  },
};

Deno.test("serve: another Host than the printed one gets nothing, whatever its cookie says", async () => {
  const server = serverOf(VAULT);
  const visit = await visitor(server);
  for (const host of ["evil.example", `localhost:4711`, "127.0.0.1", "[::1]:4711"]) {
    const answer = await visit("/", { headers: { host } });
    assertEquals(answer.status, 421);
    assert(!(await answer.text()).includes("docs"));
  }
});

Deno.test("serve: the printed link works once, sets a strict cookie, and answers 200 with a page that goes on", async () => {
  const server = serverOf(VAULT);
  const link = new URL(server.gate.newLink()).pathname;
  for (const method of ["HEAD", "POST"]) {
    const look = await ask(server, link, { method });
    assertEquals([look.status, look.headers.get("set-cookie")], [403, null]);
    await look.body?.cancel();
  }
  const first = await ask(server, link);
  assertEquals(first.status, 200);
  const cookie = first.headers.get("set-cookie") ?? "";
  assert(cookie.includes("HttpOnly") && cookie.includes("SameSite=Strict"), cookie);
  assert(cookie.includes(`Path=/${server.gate.start}`), cookie);
  assert((await first.text()).includes(`url=/${server.gate.start}/`));
  const second = await ask(server, link);
  assertEquals(second.status, 410);
  assertEquals(second.headers.get("set-cookie"), null);
  assertEquals(second.headers.get("referrer-policy"), "no-referrer");
  await second.body?.cancel();
});

Deno.test("serve: no cookie, a wrong one, and one of another start are out", async () => {
  const server = serverOf(VAULT);
  const other = serverOf(VAULT);
  const name = server.gate.cookieName;
  for (
    const cookie of ["", `${name}=`, `${name}=${"0".repeat(64)}`, `${other.gate.cookieName}=x`]
  ) {
    const answer = await ask(server, `/${server.gate.start}/`, { headers: { cookie } });
    assertEquals(answer.status, 403);
    await answer.body?.cancel();
  }
});

Deno.test("serve: every page forbids what is not its own, and no script or style stands in a page", async () => {
  const visit = await visitor(serverOf(VAULT, "/home/me/back"));
  const paths = [
    "/",
    "/v/0/",
    "/v/0/tree/latest/",
    "/v/0/tree/latest/docs",
    "/v/0/file/a.txt",
    `/v/0/view/${STAMP}/a.txt`,
    `/v/0/run/${STAMP}`,
    "/v/0/find?q=a",
    "/v/0/vanished",
    "/v/0/space",
    "/no/such/page",
  ];
  for (const path of paths) {
    const answer = await visit(path);
    const policy = answer.headers.get("content-security-policy") ?? "";
    assert(policy.startsWith("default-src 'none'") && !policy.includes("unsafe"), path);
    assertEquals(answer.headers.get("x-content-type-options"), "nosniff");
    const text = await answer.text();
    assert(!/<script(?! src=)|<style|\son\w+=|\sstyle=/.test(text), path);
    assert(text.includes('<main id="main">'), path);
  }
});

Deno.test("serve: names are text on every page, whatever they try", async () => {
  const visit = await visitor(serverOf(VAULT));
  const page = await (await visit("/v/0/tree/latest/docs")).text();
  assert(page.includes("&lt;script&gt;alert(1)&lt;/script&gt;.html") || page.includes("script%3E"));
  assert(!page.includes("<script>alert"));
  assert(!page.includes("\u202e"));
});

Deno.test("serve: addresses that could lead elsewhere are refused", async () => {
  const visit = await visitor(serverOf(VAULT));
  for (
    const path of [
      "/v/0/file/..%2f..%2fetc%2fpasswd",
      "/v/0/file/../../etc/passwd",
      "/v/0/file/%2e%2e/x",
      "/v/0/file/a%00b",
      "/v/0/file//a.txt",
      "/v/0/file/%ff",
      `/v/0/file/${"a".repeat(20000)}`,
    ]
  ) {
    const answer = await visit(path);
    assertEquals(answer.status, 400, path);
    await answer.body?.cancel();
  }
});

Deno.test("serve: a download is an attachment in a sandbox, with its size, and a range is a part of it", async () => {
  const visit = await visitor(serverOf(VAULT));
  const html = encodeURIComponent("<script>alert(1)</script>.html").replaceAll("%2F", "%252F");
  const whole = await visit(`/v/0/get/${STAMP}/a.txt`);
  assertEquals(await whole.text(), "abc");
  assertEquals(whole.headers.get("content-length"), "3");
  assert(whole.headers.get("content-disposition")?.startsWith("attachment"));
  assert(whole.headers.get("content-security-policy")?.includes("sandbox"));
  assertEquals(whole.headers.get("content-type"), "application/octet-stream");
  assert(html.length > 0);
  const part = await visit(`/v/0/get/${STAMP}/a.txt`, { headers: { range: "bytes=1-" } });
  assertEquals([part.status, await part.text()], [206, "bc"]);
  assertEquals(part.headers.get("content-range"), "bytes 1-2/3");
  const behind = await visit(`/v/0/get/${STAMP}/a.txt`, { headers: { range: "bytes=9-" } });
  assertEquals(behind.status, 416);
  await behind.body?.cancel();
});

Deno.test("serve: damaged content breaks off before its end, and no part of it is sent as right", async () => {
  const visit = await visitor(serverOf({ ...VAULT, rotten: new Set(["a.txt"]) }));
  const whole = await visit(`/v/0/get/${STAMP}/a.txt`);
  await assertRejects(() => whole.text());
  for (const path of [`/v/0/view/${STAMP}/a.txt`]) {
    const answer = await visit(path);
    assertEquals(answer.status, 500);
    await answer.body?.cancel();
  }
  const part = await visit(`/v/0/get/${STAMP}/a.txt`, { headers: { range: "bytes=0-0" } });
  assertEquals(part.status, 500);
  await part.body?.cancel();
});

Deno.test("serve: a picture is shown by its bytes, an SVG or HTML file never as such", async () => {
  const svg = utf8('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
  const visit = await visitor(serverOf({ files: { ...VAULT.files, "x.png": svg } }));
  const png = await visit(`/v/0/image/${STAMP}/docs/picture.png`);
  assertEquals(png.headers.get("content-type"), "image/png");
  await png.body?.cancel();
  const fake = await visit(`/v/0/image/${STAMP}/x.png`);
  assertEquals(fake.status, 404);
  await fake.body?.cancel();
  const view = await (await visit(`/v/0/view/${STAMP}/x.png`)).text();
  assert(view.includes("&lt;svg") && !view.includes("<svg xmlns"));
});

Deno.test("serve: a text is shown line by line, and so is what changed in it", async () => {
  const text = utf8("\n<b>one</b>\ttab\r\ntwo \u202e\n");
  const visit = await visitor(serverOf({ files: { "a.txt": text } }));
  const view = await (await visit(`/v/0/view/${STAMP}/a.txt`)).text();
  assert(view.includes(">\n\n&lt;b&gt;one&lt;/b&gt;\ttab\ntwo \\u{202e}\n</pre>"), view);
});

Deno.test("serve: a vault that hangs is said so beside the others, and holds up none of them", async () => {
  const server = serverOf(VAULT);
  const { ask: answers } = server;
  server.soon = 1;
  server.site.vaults = [{ name: "hangs", root: "/h" }, { name: "docs", root: "/v" }];
  server.ask = (vault, question, what) =>
    vault === 0 ? new Promise(() => {}) : answers(vault, question, what);
  const visit = await visitor(server);
  const home = await (await visit("/")).text();
  assert(home.includes("does not answer") && home.includes("/home/me/docs"), home);
  assert((await (await visit("/v/1/tree/latest/")).text()).includes("a.txt"));
});

Deno.test("serve: a form carries any name to the restore, and a terminal line is one that a shell takes", async () => {
  const name = "line\nend \r\u202e 'q' %2f ü&+.txt";
  const visit = await visitor(serverOf({ files: { [name]: utf8("x") } }, "/home/me/back"));
  const page = await (await visit(`/v/0/file/${encodeURIComponent(name)}`)).text();
  const path = /name="path" value="([^"]*)"/.exec(page)?.[1] ?? "";
  assertEquals(/^[A-Za-z0-9%._'!*()~-]+$/.test(path.replaceAll("&#39;", "'")), true, path);
  const answer = await visit("/v/0/restore", {
    method: "POST",
    headers: { origin: `http://${HOST}` },
    body: new URLSearchParams({ path: path.replaceAll("&#39;", "'"), at: STAMP, sure: "yes" }),
  });
  const done = await answer.text();
  assert(done.includes("wrote line\\nend"), done);
  assert(
    done.includes("$&#39;line\\u000aend \\u000d\\u202e \\&#39;q\\&#39; %2f ü&amp;+.txt&#39;"),
    done,
  );
});

Deno.test("serve: a terminal line names the path and nothing else, however that begins", async () => {
  const visit = await visitor(serverOf({ files: { "--delete": utf8("x") } }, "/home/me/back"));
  const planned = (path: string): Promise<string> =>
    visit("/v/0/restore", {
      method: "POST",
      headers: { origin: `http://${HOST}` },
      body: new URLSearchParams({ path, at: STAMP }),
    }).then((answer) => answer.text());
  const line = (page: string): string | undefined => /<code>(hikae [^<]*)<\/code>/.exec(page)?.[1];
  const shown = async (path: string): Promise<string | undefined> =>
    line(await (await visit(path)).text());
  const to = `--at ${STAMP} --to /home/me/back --dry-run`;
  assertEquals(line(await planned("--delete")), `hikae restore /v ./--delete ${to}`);
  assertEquals(line(await planned("")), `hikae restore /v ${to}`);
  assertEquals(line(await planned("~/x=~/y")), `hikae restore /v &#39;~/x=~/y&#39; ${to}`);
  assertEquals(await shown("/v/0/file/--delete"), "hikae history /v ./--delete");
  assertEquals(await shown("/v/0/find?q=-x"), "hikae find -i /v -- -x");
  assertEquals(await shown("/v/0/find?q=%3Dls"), "hikae find -i /v &#39;=ls&#39;");
});

Deno.test("serve: a snapshot that is not proven says so on its pages", async () => {
  const visit = await visitor(serverOf({ ...VAULT, proven: false }));
  for (const path of ["/v/0/", "/v/0/tree/latest/"]) {
    assert((await (await visit(path)).text()).includes('role="alert"'), path);
  }
});

Deno.test("serve: a form counts only when it comes from the page itself", async () => {
  const visit = await visitor(serverOf(VAULT, "/home/me/back"));
  const form = (origin?: string): Promise<Response> =>
    visit("/v/0/restore", {
      method: "POST",
      body: new URLSearchParams({ path: "a.txt", at: STAMP }),
      headers: origin === undefined ? {} : { origin },
    });
  for (const origin of [undefined, "http://evil.example", "null"]) {
    const answer = await form(origin);
    assertEquals(answer.status, 403);
    await answer.body?.cancel();
  }
  const own = await form(`http://${HOST}`);
  assertEquals(own.status, 200);
  assert((await own.text()).includes(`would write a.txt ${STAMP}`));
});

Deno.test("serve: without --allow-restore there is no form, and none is taken", async () => {
  const visit = await visitor(serverOf(VAULT));
  assert(!(await (await visit("/v/0/tree/latest/")).text()).includes('<form method="post"'));
  const answer = await visit("/v/0/restore", {
    method: "POST",
    body: new URLSearchParams({ path: "a.txt", at: STAMP }),
    headers: { origin: `http://${HOST}` },
  });
  assertEquals(answer.status, 403);
  await answer.body?.cancel();
});

Deno.test("serve: a vault on a Windows share says that its process is held by less", async () => {
  const server = serverOf(VAULT);
  const plain = await visitor(server);
  for (const path of ["/", "/v/0/"]) assert(!(await (await plain(path)).text()).includes("share"));
  const site = { ...server.site, vaults: [{ name: "docs", root: "//nas/v", share: true }] };
  const visit = await visitor({ ...server, site });
  for (const path of ["/", "/v/0/"]) {
    assert((await (await visit(path)).text()).includes("Windows network share"), path);
  }
});

/** A vault that answers what is in a directory when it is told to. */
function slowly(vault: FakeVault): { server: Server; go: PromiseWithResolvers<void> } {
  const go = Promise.withResolvers<void>();
  const server = serverOf(vault);
  const ask: AskVault = server.ask;
  server.ask = async (n, question, asked) => {
    if (question === "dir") await go.promise;
    return await ask(n, question, asked);
  };
  return { server, go };
}

Deno.test("serve: the beginning of a directory's page is there before the vault has listed it", async () => {
  const { server, go } = slowly(VAULT);
  const visit = await visitor(server);
  const answer = await visit("/v/0/tree/latest/docs");
  assertEquals(answer.status, 200);
  const parts = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  const first = (await parts?.read())?.value ?? "";
  assert(first.startsWith("<!doctype html>") && first.includes("<h1>docs</h1>"), first);
  go.resolve();
  let rest = "";
  for (let part = await parts?.read(); part?.done === false; part = await parts?.read()) {
    rest += part.value;
  }
  assert(rest.includes("picture.png") && rest.trimEnd().endsWith("</html>"), rest);
});

Deno.test("serve: a directory that cannot be listed after its page has begun says so on it", async () => {
  const { server, go } = slowly(VAULT);
  const visit = await visitor(server);
  const answer = await visit("/v/0/tree/latest/docs");
  go.reject(new HikaeError("failed", "the disk is gone <b>"));
  const text = await answer.text();
  assert(text.includes('role="alert">the disk is gone &lt;b&gt;'), text);
});

Deno.test("serve: a zip holds the tree, and its names lead nowhere", async () => {
  const vault = { files: { "d/a.txt": utf8("abc"), "d/..\\..\\x": utf8("y") } };
  const visit = await visitor(serverOf(vault));
  const answer = await visit("/v/0/zip/latest/d");
  assertEquals(answer.headers.get("content-type"), "application/zip");
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const text = new TextDecoder("latin1").decode(bytes);
  assert(text.startsWith("PK") && text.includes("a.txt") && text.includes(".._.._x"));
  assert(!text.includes("..\\"));
});

Deno.test("serve: WebDAV lists stamps and directories, gives files, and takes nothing", async () => {
  const server = serverOf(VAULT);
  const base = `/${server.site.dav}/dav`;
  const find = (path: string, depth: string): Promise<Response> =>
    ask(server, base + path, { method: "PROPFIND", headers: { depth } });
  const stamps = await (await find("/", "1")).text();
  assert(stamps.includes(`<href>${base}/latest/</href>`) && stamps.includes(STAMP), stamps);
  const root = await (await find("/latest/", "1")).text();
  assert(root.includes(`<href>${base}/latest/a.txt</href>`) && root.includes("<collection/>"));
  const file = await find("/latest/a.txt", "0");
  assertEquals(file.status, 207);
  assert((await file.text()).includes("<getcontentlength>3</getcontentlength>"));
  assertEquals((await find("/latest/", "infinity")).status, 403);
  assertEquals(await (await ask(server, `${base}/latest/a.txt`)).text(), "abc");
  for (const method of ["PUT", "DELETE", "MKCOL", "LOCK", "MOVE"]) {
    const answer = await ask(server, `${base}/latest/a.txt`, { method });
    assertEquals(answer.status, 405);
    await answer.body?.cancel();
  }
  for (const path of ["/latest/desktop.ini", "/latest/._x", "/latest/.DS_Store"]) {
    assertEquals((await find(path, "0")).status, 404);
  }
});

Deno.test("serve: the first page tells how each vault stands and leads to the last log of a job", async () => {
  const standing: JobFacts = {
    job: "docs",
    name: "docs, v",
    vault: "/v",
    state: "ok",
    lastRun: "2026-11-21 07:38",
    nextRun: "2026-11-22 07:00",
    checked: 0.999,
    checkedSince: "2026-10-01",
    damaged: 2,
  };
  const said = ["<b>1 file</b>", "right\u202e"];
  const visit = await visitor({
    ...serverOf(VAULT),
    jobs: () => Promise.resolve([standing, { ...standing, job: null, vault: "/elsewhere" }]),
    log: (job) => Promise.resolve(job === "docs" ? said : undefined),
  });
  const home = await (await visit("/")).text();
  for (const word of ["proven", "99 %", "2026-10-01", "2 damaged", "next run 2026-11-22 07:00"]) {
    assert(home.includes(word), word);
  }
  assertEquals(home.split("/log/").length, 2, "a vault without a job has no log");
  const log = await (await visit("/log/docs")).text();
  assert(log.includes("&lt;b&gt;1 file&lt;/b&gt;") && log.includes("hikae logs docs"));
  assert(!log.includes("\u202e"));
  const none = await visit("/log/other");
  assertEquals(none.status, 404);
  assert((await none.text()).includes("no log yet"));
});

Deno.test("serve: who asks how the jobs stand and gets no answer still sees the vaults", async () => {
  const silent = { ...serverOf(VAULT), soon: 5, jobs: () => new Promise<never>(() => {}) };
  const visit = await visitor(silent);
  assert((await (await visit("/")).text()).includes("docs"));
});

Deno.test("serve: how the jobs stood is told again where the next answer is late or none", async () => {
  let asked = 0;
  const ask = (): Promise<string> => {
    asked++;
    if (asked === 2) return new Promise<string>(() => {});
    return asked === 3
      ? Promise.reject(new Error())
      : Promise.resolve(asked < 2 ? "first" : "last");
  };
  const standing = remembered(ask, { fresh: -1, patience: 5 });
  assertEquals([await standing(), await standing(), await standing()], ["first", "first", "first"]);
  assertEquals(await standing(), "last");
});
