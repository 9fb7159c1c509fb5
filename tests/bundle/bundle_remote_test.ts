/** What reaches a place away from home: addresses, keys, rights, and what it is told by servers. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { keysOfProfile } from "../../src/base/aws_keys.ts";
import { hostOf, remotePlace } from "../../src/base/bundle_place.ts";
import { HikaeError } from "../../src/base/errors.ts";
import { rightsOf } from "../../src/cli/bundle/bundle_place.ts";
import fc from "fast-check";
import { XMLParser } from "fast-xml-parser";
import { escapeXml, parseXml, partsIn, textIn } from "../../src/platform/s3/xml.ts";
import { type Tried } from "./bundle_inside.ts";
import { makeTree, run as hikae, tempDir } from "../helpers/cli_helper.ts";

const KEYS = { id: "", secret: "", token: undefined };

function s3(given: string): Extract<ReturnType<typeof remotePlace>, { kind: "s3" }> {
  const place = remotePlace(given);
  if (place?.kind !== "s3") throw new Error(given);
  return place;
}

Deno.test("bundle place: addresses of buckets and remotes, and directories", () => {
  assertEquals(remotePlace("/mnt/nas"), undefined);
  assertEquals(remotePlace("./s3:x"), undefined);
  const { origin, bucket, prefix, region } = s3(
    "s3:https://host.example:9000/b-1/a/b%20c/?region=eu",
  );
  assertEquals([origin, bucket, prefix, region], [
    "https://host.example:9000",
    "b-1",
    "a/b c",
    "eu",
  ]);
  // as restic also takes it
  assertEquals(s3("s3:s3.amazonaws.com/bucket").origin, "https://s3.amazonaws.com");
  const virtual = s3("s3:https://host.example/bucket?style=virtual");
  assertEquals([virtual.origin, hostOf(virtual)], [
    "https://bucket.host.example",
    "bucket.host.example:443",
  ]);
  assertEquals(hostOf(s3("s3:http://localhost:9000/bucket")), "localhost:9000");
  assertEquals(remotePlace("rclone:remote:a/b/"), {
    kind: "rclone",
    given: "rclone:remote:a/b/",
    remote: "remote:a/b",
  });
});

Deno.test("bundle place: what cannot be an address is refused as wrong usage", () => {
  for (
    const given of [
      "s3:",
      "s3:https://host",
      "s3:https://host/x",
      "s3:https://host/_bucket",
      "s3:http://host.example/bucket",
      "s3:http://127.0.0.1.example/bucket",
      "s3:https://user@host/bucket",
      "s3:https://host/bucket#x",
      "s3:https://host/bucket?key=1",
      "s3:https://host/bucket/..%2f..",
      "s3:https://host/bucket/%ff",
      "rclone:/tmp",
      "rclone:--config:x",
      "rclone::local:/tmp",
    ]
  ) {
    const error = assertThrows(() => remotePlace(given), HikaeError, "bundle:", given);
    assertEquals(error.id, "usage", given);
  }
});

Deno.test("bundle place: a name that no bucket has is told as that", () => {
  assertThrows(() => remotePlace("s3:https://host"), HikaeError, "names no bucket");
  assertThrows(() => remotePlace("s3:https://host/x/y"), HikaeError, '"x" cannot be the name');
});

Deno.test("bundle keys: the credentials file has profiles, remarks and blanks", () => {
  const file =
    "# mine\n[default]\naws_access_key_id=A\naws_secret_access_key = B=C \n\n[ profile two ]\r\n" +
    "AWS_ACCESS_KEY_ID = D\r\naws_secret_access_key = E\r\naws_session_token = F\r\n[none]\n";
  assertEquals(keysOfProfile(file, "default"), { id: "A", secret: "B=C", token: undefined });
  assertEquals(keysOfProfile(file, "two"), { id: "D", secret: "E", token: "F" });
  assertEquals(keysOfProfile(file, "none"), undefined);
});

Deno.test("bundle xml: names as they are, and nothing of what is no answer", () => {
  const xml = parseXml(
    '<?xml version="1.0"?>\n<!-- x --><List xmlns="a b"><C><K>a&amp;b &#x41;&#66;</K><S>007</S><E/></C><C/></List>\n',
    "List",
  );
  const [one, two, three] = partsIn(xml, "C");
  assertEquals(one && [textIn(one, "K"), textIn(one, "S"), textIn(one, "E")], [
    "a&b AB",
    "007",
    "",
  ]);
  assertEquals([two?.children, three], [[], undefined]);
  for (
    const text of [
      "",
      "no",
      "<a><C></a>",
      "<List><C/>",
      "<List><C/></List></List>",
      "<Other><C/></Other>",
      "<List><C/>&own;</List>",
      "<!DOCTYPE x [<!ENTITY a 'b'>]><List><C/></List>",
      `${"<List>".repeat(99)}<C/>${"</List>".repeat(99)}`,
    ]
  ) assertEquals(partsIn(parseXml(text, "List"), "C"), [], text);
});

Deno.test("bundle xml: any names come back, as a reader of all of XML has them", () => {
  const reader = new XMLParser({ parseTagValue: false, trimValues: false, htmlEntities: true });
  fc.assert(fc.property(fc.array(fc.string({ unit: "grapheme-ascii" })), (names) => {
    const text = `<L>${names.map((n) => `<K>x${escapeXml(n)}</K>`).join("")}</L>`;
    assertEquals(partsIn(parseXml(text, "L"), "K").map((k) => k.text), names.map((n) => `x${n}`));
    const [first] = [(reader.parse(text) as { L: { K?: string | string[] } }).L.K].flat();
    if (names.length > 0) assertEquals(first, `x${names[0]}`);
  }));
});

Deno.test("bundle rights: the uploader reaches one host and reads the spool, seen from inside", async () => {
  using dir = tempDir();
  const spool = dir.at("spool");
  makeTree(dir.path, { spool: { a: "1" }, key: "secret" });
  const serve = (): Deno.HttpServer<Deno.NetAddr> =>
    Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => new Response("x"));
  await using allowed = serve();
  await using other = serve();
  const url = (server: Deno.HttpServer<Deno.NetAddr>): string =>
    `http://127.0.0.1:${server.addr.port}`;
  const place = s3(`s3:${url(allowed)}/bucket`);
  const reach = { by: "s3" as const, ...place, region: "", keys: KEYS, proxied: false };
  const worker = new Worker(new URL("./bundle_inside.ts", import.meta.url), {
    type: "module",
    deno: { permissions: rightsOf(place, reach, { spool }) },
  });
  const tried: Tried = {
    spool,
    elsewhere: dir.at("key"),
    allowed: url(allowed),
    other: url(other),
  };
  worker.postMessage(tried);
  const done = await new Promise((resolve) => worker.onmessage = ({ data }) => resolve(data));
  worker.terminate();
  assertEquals(done, {
    readSpool: true,
    writeSpool: false,
    readElsewhere: false,
    reachHost: true,
    reachOther: false,
    readEnv: false,
    run: false,
  });
});

Deno.test("bundle rights: --explain-permissions shows the engine without a network, and who has it", async () => {
  using dir = tempDir();
  makeTree(dir.path, { source: { a: "1" } });
  const env = { HIKAE_STATE_DIR: dir.at("state") };
  await hikae(["backup", dir.at("source"), dir.at("vault")], { env });
  const where = "s3:https://host.example/bucket";
  const args = ["--explain-permissions", "--json"];
  const created = await hikae(
    ["bundle", "create", dir.at("vault"), "--to", where, "--recipient", "age1x", ...args],
    { env },
  );
  assertEquals(created.code, 0, created.stderr);
  const [main, engine, uploader] = created.json;
  assertEquals([main?.thread, main?.net, main?.read], ["main", [], []]);
  assertEquals([engine?.thread, engine?.net, engine?.run], ["engine", [], []]);
  assertEquals([uploader?.thread, uploader?.net], ["uploader", ["host.example:443"]]);
  assertEquals([uploader?.write, uploader?.run, uploader?.env], [[], [], []]);
  const [spool = ""] = uploader?.read as string[];
  assert(spool.startsWith(dir.at("state", "bundles", "spool-")), spool);
  const listed = await hikae(["bundle", "list", where, ...args], { env });
  assertEquals(listed.json.map((m) => [m.thread, m.read, m.net]), [
    ["main", [], []],
    ["engine", [], []],
    ["downloader", [], ["host.example:443"]],
  ]);
});
