/** WebDAV: what a client asks of an entry, and nothing else, is what it is told. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { utf8 } from "../../src/base/bytes.ts";
import { httpDate } from "../../src/serve/http.ts";
import { askedProperties } from "../../src/serve/dav_props.ts";
import { ask, serverOf } from "./fake_vault.ts";

const DAV = "DAV:";
const OK = "<status>HTTP/1.1 200 OK</status></propstat>";
const MISSING = "<status>HTTP/1.1 404 Not Found</status></propstat>";

async function find(body: string | undefined, path = "a.txt"): Promise<string> {
  const server = serverOf({ files: { "a.txt": utf8("abc") } });
  const answer = await ask(server, `/${server.site.dav}/dav/latest/${path}`, {
    method: "PROPFIND",
    headers: { depth: "0" },
    ...(body === undefined ? {} : { body }),
  });
  assertEquals(answer.status, 207);
  return await answer.text();
}

Deno.test("WebDAV: the properties that are asked for are told, and of the others that they are not there", async () => {
  const some = await find(
    `<?xml version="1.0"?><D:propfind xmlns:D="DAV:" xmlns:w="urn:w&amp;x"><!-- <D:propname/> --><D:prop>` +
      `<D:getcontentlength/><w:Win32FileAttributes/><D:quota-used-bytes></D:quota-used-bytes></D:prop></D:propfind>`,
  );
  assertStringIncludes(
    some,
    `<propstat><prop><getcontentlength>3</getcontentlength></prop>${OK}<propstat><prop>` +
      `<Win32FileAttributes xmlns="urn:w&amp;x"/><quota-used-bytes/></prop>${MISSING}</response>`,
  );
  const none = await find(`<propfind xmlns="DAV:"><prop><x xmlns=""/></prop></propfind>`);
  assertStringIncludes(none, `<propstat><prop><x xmlns=""/></prop>${MISSING}`);
  assert(!none.includes("200 OK"));
  const names = await find(`<a:propfind xmlns:a='DAV:'><a:propname/></a:propfind>`);
  assertStringIncludes(names, "<resourcetype/><getcontentlength/><getcontenttype/><getetag/>");
  const root = await find(`<propfind xmlns="DAV:"><prop><resourcetype/></prop></propfind>`, "");
  assertStringIncludes(root, `<prop><resourcetype><collection/></resourcetype></prop>${OK}`);
  const undeclared = await find(
    `<propfind xmlns="DAV:"><prop><constructor:x/><__proto__:y/></prop></propfind>`,
  );
  assertStringIncludes(undeclared, `<prop><x xmlns=""/><y xmlns=""/></prop>${MISSING}`);
  const everything = await find(undefined);
  for (const body of ["", `<propfind xmlns="DAV:"><allprop/></propfind>`, "no XML", "<"]) {
    assertEquals(await find(body), everything, body);
  }
});

Deno.test("WebDAV: a question without end or of names without number is one for all", async () => {
  const everything = await find(undefined);
  const long = "<x/>".repeat(30_000);
  const many = `<propfind xmlns="DAV:"><prop>${"<x/>".repeat(500)}</prop></propfind>`;
  assertEquals(await find(long), everything);
  assertEquals(await find(many), everything);
  assertEquals(askedProperties(`<propfind xmlns="DAV:"><prop/></propfind>`), []);
  assertEquals(
    askedProperties(`<propfind xmlns="DAV:"><prop><a><b/></a></prop></propfind>`),
    [{ namespace: DAV, name: "a" }],
  );
});

Deno.test("WebDAV: a file says when it was modified, where HTTP can write it", async () => {
  const server = serverOf({ files: { "a.txt": utf8("abc") } });
  const answer = await ask(server, `/${server.site.dav}/dav/latest/a.txt`);
  await answer.body?.cancel();
  const [, said] = /<getlastmodified>(.*)<\/getlastmodified>/.exec(await find(undefined)) ?? [];
  assert(said !== undefined);
  assertEquals(answer.headers.get("last-modified"), said);
  assertEquals(httpDate("2026-11-21T07:38:16.500Z"), "Sat, 21 Nov 2026 07:38:16 GMT");
  for (const time of [null, "+012026-11-21T07:38:16.500Z", "-000001-01-01T00:00:00.000Z"]) {
    assertEquals(httpDate(time), undefined);
  }
});
