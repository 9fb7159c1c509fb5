/** Object lock: who has all of the machine's keys removes and replaces nothing, and what was covered is found below. */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { parseXml, partsIn, textIn } from "../../src/platform/s3/xml.ts";
import { sha256Of } from "../../src/platform/hash.ts";
import { bundle, stateOf, world } from "../bundle/bundle_support.ts";
import { makeTree, run as hikae, tempDir } from "../helpers/cli_helper.ts";
import { BUCKET, KEY_ENV, serverProgram, startServer } from "./server.ts";

const PROGRAM = serverProgram();

Deno.test({
  name:
    "s3 lock: a locked version stays, restore takes it from below, and verify calls it tampering",
  ignore: PROGRAM === undefined,
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    using dir = tempDir();
    await using server = await startServer(PROGRAM ?? "", dir.path);
    const w = await world(dir);
    Object.assign(w.env, KEY_ENV);
    w.where = `s3:http://127.0.0.1:${server.port}/${BUCKET}`;
    makeTree(w.source, { a: "1", d: { b: "2" } });
    await bundle(w, "--lock", "compliance:2");
    Deno.writeTextFileSync(join(w.source, "a"), "3");
    await bundle(w, "--lock", "compliance:2");
    const client = server.client(BUCKET);
    const versions = async (): Promise<{ key: string; id: string }[]> => {
      const { bytes } = await client.ask({ method: "GET", query: { versions: "" } });
      return partsIn(parseXml(new TextDecoder().decode(bytes), "ListVersionsResult"), "Version")
        .map((one) => ({ key: textIn(one, "Key"), id: textIn(one, "VersionId") }));
    };
    const all = await versions();
    assertEquals(all.length, 6);
    const say = async (...args: string[]): Promise<{ code: number; said: string }> => {
      const { code, stdout, stderr } = await hikae(["bundle", ...args], { env: w.env });
      return { code, said: stdout + stderr };
    };
    const restore = async (to: string): Promise<void> => {
      const back = dir.at(to);
      const args = ["restore", w.where, "--to", back, "-i", dir.at("key.txt")];
      const { code, said } = await say(...args);
      assertEquals(code, 0, said);
      assertEquals(stateOf(back), stateOf(w.source));
    };
    assertEquals((await say("verify", w.where)).code, 0);
    for (const { key, id } of all) {
      await assertRejects(() => client.ask({ method: "DELETE", key, query: { versionId: id } }));
    }
    // all are covered: half by marks that they were deleted, half by other content
    for (const [i, { key }] of all.entries()) {
      const body = new TextEncoder().encode("other");
      if (i % 2 === 0) await client.ask({ method: "DELETE", key });
      else await client.ask({ method: "PUT", key, body, hash: sha256Of(body) });
    }
    const verified = await say("verify", w.where, "-i", dir.at("key.txt"));
    assertEquals(verified.code, 1, verified.said);
    assertStringIncludes(verified.said, "deleted this at the server");
    assertStringIncludes(verified.said, "wrote over this");
    assert(!verified.said.includes("missing"), verified.said);
    await restore("back");
    // and the next bundle is made all the same
    Deno.writeTextFileSync(join(w.source, "d/b"), "4");
    await bundle(w, "--lock", "compliance:2");
    await restore("again");
  },
});
