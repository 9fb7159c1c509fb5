/** Bundles in a real server of S3: written, listed, checked and restored by the program itself. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { makeTree, removeTree, run as hikae, spawn, tempDir } from "../helpers/cli_helper.ts";
import { bundle, create, stateOf, type World, world } from "../bundle/bundle_support.ts";
import { type Passing, type Proxy, startProxy } from "./proxy.ts";
import { BUCKET, KEY_ENV, serverProgram, startServer } from "./server.ts";

const PROGRAM = serverProgram();

/** A world whose bundles go to a bucket, behind a proxy. */
export interface Away extends AsyncDisposable {
  w: World;
  proxy: Proxy;
  address: string;
  /** The address of the server itself. */
  direct: string;
  /** Removes an object of the vault as somebody else would. */
  remove(name: string): Promise<void>;
}

async function away(prefix = "some/prefix"): Promise<Away> {
  const dir = tempDir();
  const server = await startServer(PROGRAM ?? "", dir.path);
  const proxy = await startProxy(server.port);
  const address = `s3:http://127.0.0.1:${proxy.port}/${BUCKET}/${prefix}`;
  const w = await world(dir);
  Object.assign(w.env, KEY_ENV);
  w.where = address;
  return {
    w,
    proxy,
    address,
    direct: address.replace(`:${proxy.port}/`, `:${server.port}/`),
    remove: async (key) => void await server.client(BUCKET).ask({ method: "DELETE", key }),
    [Symbol.asyncDispose]: async () => {
      await proxy[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
      dir[Symbol.dispose]();
    },
  };
}

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({
    name,
    ignore: PROGRAM === undefined,
    fn,
    sanitizeOps: false,
    sanitizeResources: false,
  });
}

/** Bytes that no compression makes smaller. */
export function noise(bytes: number): Uint8Array {
  const all = new Uint8Array(bytes);
  for (let at = 0; at < bytes; at += 65536) {
    crypto.getRandomValues(all.subarray(at, Math.min(bytes, at + 65536)));
  }
  return all;
}

async function restored(w: World, to: string, ...flags: string[]): Promise<string[]> {
  const target = w.dir.at(to);
  const args = ["bundle", "restore", w.where, "--to", target, "-i", w.dir.at("key.txt")];
  const done = await hikae([...args, ...flags], { env: w.env });
  assertEquals(done.code, 0, done.stderr + done.stdout);
  const state = stateOf(target);
  removeTree(target);
  return state;
}

const isPut = ({ method, url }: Passing): boolean => method === "PUT" && !url.includes("uploadId");

test("s3: a full bundle and one of changes are listed, checked and restored", async () => {
  await using a = await away();
  const { w } = a;
  makeTree(w.source, { a: "1", d: { "é x": "2" }, big: noise(3_000_000) });
  const first = await bundle(w, "--volume-size", "1M");
  assertEquals([first.full, first.errors], [true, 0]);
  const before = stateOf(w.source);
  const stamp = String(first.stamp);
  Deno.writeTextFileSync(join(w.source, "a"), "changed");
  Deno.removeSync(join(w.source, "d"), { recursive: true });
  const second = await bundle(w);
  assertEquals(second.full, false);
  assert(Number(second.bytes) < 20_000, String(second.bytes));
  assertEquals((await create(w)).stamp, null);
  const list = await hikae(["bundle", "list", w.where], { env: w.env });
  assertEquals(list.code, 0, list.stderr);
  assertEquals(list.stdout.match(/complete/g)?.length, 2);
  const key = w.dir.at("key.txt");
  const verify = await hikae(["bundle", "verify", w.where, "-i", key], { env: w.env });
  assertEquals(verify.code, 0, verify.stdout + verify.stderr);
  assertEquals(await restored(w, "now"), stateOf(w.source));
  assertEquals(await restored(w, "then", "--at", stamp), before);
  // the spool is empty, but for its lock
  const state = join(w.env.HIKAE_STATE_DIR ?? "", "bundles");
  const spool = [...Deno.readDirSync(state)].find((e) => e.name.startsWith("spool-"))?.name ?? "";
  assertEquals([...Deno.readDirSync(join(state, spool))].map((e) => e.name), [".lock"]);
});

test("s3: where a volume of the chain is gone the next bundle is a full one, also without anything new", async () => {
  await using a = await away("p");
  const { w, proxy } = a;
  makeTree(w.source, { a: "1" });
  await bundle(w);
  Deno.writeTextFileSync(join(w.source, "a"), "2");
  assertEquals((await bundle(w)).full, false);
  const volume = proxy.passed.filter(isPut).map(({ url }) => new URL(url, "http://h").pathname)
    .find((path) => path.includes(".0001.")) ?? "";
  await a.remove(volume.replace(`/${BUCKET}/`, ""));
  assertEquals((await create(w)).full, true);
  assertEquals((await create(w)).stamp, null);
  assertEquals(await restored(w, "back"), stateOf(w.source));
});

test("s3: a volume larger than a part is sent in parts, none larger than 5 MiB", async () => {
  await using a = await away("");
  const { w, proxy } = a;
  makeTree(w.source, { big: noise(40_000_000) });
  await bundle(w);
  const parts = proxy.passed.filter(({ url }) => url.includes("partNumber"));
  assertEquals(parts.length, 8);
  assert(proxy.passed.every(({ bytes }) => bytes <= 5 << 20));
  assertEquals(await restored(w, "back"), stateOf(w.source));
});

test("s3: a run that was killed sends only the rest, and the spool never holds clear text", async () => {
  await using a = await away();
  const { w, proxy } = a;
  const secret = "a text that nobody may read ".repeat(20_000);
  makeTree(w.source, {
    secret,
    ...Object.fromEntries([1, 2, 3, 4, 5].map((i) => [`f${i}`, noise(900_000)])),
  });
  const made = await hikae(["backup", w.source, w.vault], { env: w.env });
  assertEquals(made.code, 0, made.stderr);
  const args = ["bundle", "create", w.vault, "--to", w.where, "--recipient", w.recipient];
  const child = spawn([...args, "--volume-size", "1M"], { env: w.env });
  let puts = 0;
  proxy.rule = async (passing) => {
    if (!isPut(passing) || ++puts < 3) return undefined;
    child.kill("SIGKILL");
    await child.status;
    return "drop";
  };
  await child.output();
  proxy.rule = () => undefined;
  const stored = proxy.passed.filter(isPut).slice(0, 2).map(({ url }) => url);
  const state = join(w.env.HIKAE_STATE_DIR ?? "", "bundles");
  for (const path of filesBelow(state)) {
    assert(!Deno.readTextFileSync(path).includes("nobody may read"), path);
  }
  proxy.passed = [];
  const again = await create(w, "--volume-size", "1M");
  assertEquals(again.full, true);
  const sent = proxy.passed.filter(isPut).map(({ url }) => url);
  assert(!sent.some((url) => stored.includes(url)), "what was stored is not sent again");
  assert(sent.length <= Number(again.volumes) + 1 - stored.length, sent.join("\n"));
  assertEquals(await restored(w, "back"), stateOf(w.source));
});

function filesBelow(dir: string): string[] {
  return [...Deno.readDirSync(dir)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesBelow(join(dir, name)) : [join(dir, name)]
  );
}

test("s3: the spool keeps to its limit", async () => {
  await using a = await away();
  const { w, proxy } = a;
  makeTree(
    w.source,
    Object.fromEntries([...Array(12).keys()].map((i) => [`f${i}`, noise(900_000)])),
  );
  const state = join(w.dir.at("state"), "bundles");
  let most = 0;
  proxy.rule = (passing) => {
    if (!isPut(passing)) return undefined;
    const spools = [...Deno.readDirSync(state)].filter((e) => e.name.startsWith("spool-"));
    const files = spools.flatMap((e) => filesBelow(join(state, e.name)));
    most = Math.max(most, files.reduce((sum, path) => sum + Deno.statSync(path).size, 0));
    return "delay";
  };
  await bundle(w, "--volume-size", "1M", "--spool-limit", "2M");
  assert(most > 0 && most <= 2 << 20, String(most));
});

test("s3: two runs at once: the second one ends with exit code 11", async () => {
  await using a = await away();
  const { w, proxy } = a;
  makeTree(w.source, { a: "1" });
  await hikae(["backup", w.source, w.vault], { env: w.env });
  const args = ["bundle", "create", w.vault, "--to", w.where, "--recipient", w.recipient];
  const other = Promise.withResolvers<number>();
  proxy.rule = async ({ n }) => {
    if (n === 1) other.resolve((await hikae(args, { env: w.env })).code);
    return undefined;
  };
  assertEquals((await hikae(args, { env: w.env })).code, 0);
  assertEquals(await other.promise, 11);
});

test("s3: what is wrong is said: keys, buckets, clocks, addresses", async () => {
  await using a = await away();
  const { w, proxy } = a;
  makeTree(w.source, { a: "1" });
  await hikae(["backup", w.source, w.vault], { env: w.env });
  const said = async (to: string, env: Record<string, string> = {}): Promise<[number, string]> => {
    const args = ["bundle", "create", w.vault, "--to", to, "--recipient", w.recipient];
    const { code, stdout, stderr } = await hikae(args, { env: { ...w.env, ...env } });
    return [code, stdout + stderr];
  };
  const [denied, why] = await said(w.where, { AWS_SECRET_ACCESS_KEY: "wrong" });
  assertEquals(denied, 1);
  assertStringIncludes(why, "SignatureDoesNotMatch");
  const none = { AWS_ACCESS_KEY_ID: "", AWS_SHARED_CREDENTIALS_FILE: w.dir.at("credentials") };
  assertStringIncludes((await said(w.where, none))[1], "no keys");
  Deno.writeTextFileSync(
    w.dir.at("credentials"),
    `[other]\naws_access_key_id = no\n[default]\naws_access_key_id = ${KEY_ENV.AWS_ACCESS_KEY_ID}\n` +
      `aws_secret_access_key=${KEY_ENV.AWS_SECRET_ACCESS_KEY}\n`,
  );
  assertEquals((await said(w.where, none))[0], 0);
  const [, noBucket] = await said(`s3:http://127.0.0.1:${proxy.port}/nowhere`);
  assertStringIncludes(noBucket, 'no bucket "nowhere"');
  for (
    const to of [
      "s3:http://example.com/bucket",
      "s3:https://example.com",
      "s3:https://key:secret@example.com/bucket",
      "s3:https://example.com/bucket?acl=public",
      "s3:https://example.com/bucket?style=other",
      "rclone:/tmp/x",
      "rclone:--config=x:y",
    ]
  ) assertEquals((await said(to))[0], 2, to);
  proxy.rule = () => ({
    status: 403,
    body: "<Error><Code>RequestTimeTooSkewed</Code><Message>no</Message></Error>",
  });
  Deno.removeSync(w.dir.at("state"), { recursive: true });
  const [clock, told] = await said(w.where);
  assertEquals(clock, 1);
  assertStringIncludes(told, "clock of this machine is wrong");
  assertStringIncludes(told, "01 Jan 2024");
});

test("s3: where the environment names a proxy, all requests go by it", async () => {
  await using a = await away();
  const { w, proxy, direct } = a;
  makeTree(w.source, { a: "1", big: noise(11_000_000) });
  w.where = direct;
  const env = { ...w.env, HTTP_PROXY: `http://127.0.0.1:${proxy.port}`, NO_PROXY: "" };
  await hikae(["backup", w.source, w.vault], { env: w.env });
  const args = ["bundle", "create", w.vault, "--to", direct, "--recipient", w.recipient];
  const done = await hikae(args, { env });
  assertEquals(done.code, 0, done.stderr);
  const count = (method: string): number => proxy.passed.filter((p) => p.method === method).length;
  // three parts, volume 0000 and the manifest
  assertEquals([count("PUT"), count("POST")], [5, 2]);
  assertEquals(await restored(w, "back"), stateOf(w.source));
});

test("s3: --limit-upload sends no more a second, whatever the pieces are", async () => {
  await using a = await away();
  const { w, proxy } = a;
  makeTree(w.source, { big: noise(2_500_000) });
  await hikae(["backup", w.source, w.vault], { env: w.env });
  const args = ["bundle", "create", w.vault, "--to", w.where, "--recipient", w.recipient];
  const started = performance.now();
  let sent = 0;
  const early: string[] = [];
  proxy.rule = ({ method, bytes, url }) => {
    if (method !== "PUT") return undefined;
    // what was sent before takes its time, however busy this machine is
    if (performance.now() - started < sent / (3 << 20) * 1000 - 50) early.push(url);
    sent += bytes;
    return undefined;
  };
  const done = await hikae([...args, "--volume-size", "1M", "--limit-upload", "3M"], {
    env: w.env,
  });
  assertEquals(done.code, 0, done.stderr);
  assertEquals(early, []);
  assert(sent > 2_500_000, `${sent}`);
  // the last volume began after all others had taken their time
  assert(performance.now() - started > 500);
});

test("s3: a key that may only write is enough, and it is said what shows that the bundle is there", async () => {
  await using a = await away();
  const { w, proxy } = a;
  makeTree(w.source, { a: "1", big: noise(20_000_000) });
  proxy.rule = ({ method }) => method === "GET" || method === "HEAD" ? { status: 403 } : undefined;
  await hikae(["backup", w.source, w.vault], { env: w.env });
  const args = ["bundle", "create", w.vault, "--to", w.where, "--recipient", w.recipient];
  const first = await hikae(args, { env: w.env });
  assertEquals(first.code, 0, first.stderr);
  assertStringIncludes(first.stderr + first.stdout, "checksums in the server's answers");
  Deno.writeTextFileSync(join(w.source, "a"), "2");
  assertEquals((await bundle(w)).full, false);
  proxy.rule = () => undefined;
  assertEquals(await restored(w, "back"), stateOf(w.source));
});

test("s3: a session token is signed and sent", async () => {
  await using a = await away();
  const { w, proxy } = a;
  makeTree(w.source, { a: "1" });
  await hikae(["backup", w.source, w.vault], { env: w.env });
  // this server knows no sessions, and says so of the token
  const args = ["bundle", "create", w.vault, "--to", w.where, "--recipient", w.recipient];
  const done = await hikae(args, { env: { ...w.env, AWS_SESSION_TOKEN: "a-token" } });
  assert(proxy.passed.length > 0);
  assert(done.code === 0 || /[Tt]oken/.test(done.stderr), done.stderr);
});
