/**
 * Every fault at every request: a bundle is there, whole, or the run fails; and the next run, without faults, always has
 * one that comes back as it was. Nothing is ever written over, and no upload is left.
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { answering } from "../helpers/engine_helper.ts";
import { newKeyPair } from "../../src/bundle/keygen.ts";
import { bundleCreate, type BundleCreateRequest } from "../../src/engine/bundle/create.ts";
import { bundleLook } from "../../src/engine/bundle/look.ts";
import type { EnginePorts } from "../../src/engine/ports.ts";
import { carryOutAt } from "../../src/platform/remote_objects.ts";
import { parseXml, partsIn, textIn } from "../../src/platform/s3/xml.ts";
import { removeTree } from "../helpers/cli_helper.ts";
import { Grown } from "../helpers/maintain_helper.ts";
import { type Fault, FAULTS, type Passing, startProxy } from "./proxy.ts";
import { BUCKET, serverProgram, startServer, workAt } from "./server.ts";

const PROGRAM = serverProgram();

const PATIENCE = { tries: 4, first: 5, longest: 20, timeout: 300_000 };

/** Those that the program gets over by itself, when they come once. */
const HARMLESS = new Set<Fault>(["drop", "lose", "cut", "repeat", "delay"]);

Deno.test({
  name: "s3 faults: each kind at each request, and the next run has a bundle that is whole",
  ignore: PROGRAM === undefined,
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    using g = new Grown();
    await using server = await startServer(PROGRAM ?? "", g.path);
    await using proxy = await startProxy(server.port);
    const pair = await newKeyPair();
    const state = join(g.path, "state");
    const spool = join(state, "spool");
    const noise = (): Uint8Array => crypto.getRandomValues(new Uint8Array(60_000));
    g.put({ a: "1", d: { x: "1" } });
    const big = new Uint8Array(12_000_000);
    for (let at = 0; at < big.length; at += 60_000) big.set(noise(), at);
    Deno.writeFileSync(join(g.source, "big"), big);
    await g.backup();
    const ports = (): EnginePorts => {
      const carry = carryOutAt(
        workAt(proxy.port, BUCKET, spool),
        new AbortController().signal,
        PATIENCE,
      );
      return {
        ...g.ports(),
        ask: answering({ remote: async (q) => ({ op: q.op, answer: await carry(q) }) }),
      };
    };
    let cases = 0;
    const where = (): string => `s3:http://127.0.0.1:${proxy.port}/${BUCKET}/${cases}`;
    const request = (): BundleCreateRequest => ({
      root: g.vault,
      given: g.vault,
      where: where(),
      recipients: [pair.recipient],
      volumeSize: 64 << 20,
      full: false,
      state,
      remote: { spool, limit: 1 << 30, parts: true, as: {} },
    });
    const reset = async (): Promise<void> => {
      proxy.rule = () => undefined;
      proxy.passed = [];
      for (const name of await objectsOf()) {
        await server.client(BUCKET).ask({
          method: "DELETE",
          key: name.key,
          query: { versionId: name.id },
        });
      }
      for (const { key, upload } of await uploadsOf()) {
        await server.client(BUCKET).ask({ method: "DELETE", key, query: { uploadId: upload } });
      }
      try {
        removeTree(state);
      } catch {
        // the first time there is none
      }
      Deno.mkdirSync(spool, { recursive: true });
    };
    const objectsOf = async (): Promise<{ key: string; id: string }[]> => {
      const { bytes } = await server.client(BUCKET).ask({ method: "GET", query: { versions: "" } });
      const page = parseXml(new TextDecoder().decode(bytes), "ListVersionsResult");
      return ["Version", "DeleteMarker"].flatMap((kind) => partsIn(page, kind))
        .map((one) => ({ key: textIn(one, "Key"), id: textIn(one, "VersionId") }));
    };
    const uploadsOf = async (): Promise<{ key: string; upload: string }[]> => {
      const { bytes } = await server.client(BUCKET).ask({ method: "GET", query: { uploads: "" } });
      const page = parseXml(new TextDecoder().decode(bytes), "ListMultipartUploadsResult");
      return partsIn(page, "Upload")
        .map((one) => ({ key: textIn(one, "Key"), upload: textIn(one, "UploadId") }));
    };
    const whole = async (what: string): Promise<void> => {
      const look = { where: where(), away: true, hashes: true, identities: [pair.identity] };
      const found = await bundleLook(ports(), look);
      assert(found.bundles.length > 0 && found.bundles.every((b) => b.whole), what);
      assertEquals([found.wrong, found.tampered, found.unreadable], [[], [], []], what);
    };

    await reset();
    await bundleCreate(ports(), request());
    const requests = proxy.passed.length;
    await whole("no fault");
    const counts = { done: 0, failed: 0 };
    for (const fault of FAULTS) {
      for (let n = 1; n <= requests; n++) {
        cases++;
        await reset();
        const what = `${JSON.stringify(fault)} at request ${n} of ${requests}`;
        let at: Passing | undefined;
        proxy.rule = (passing) => {
          if (passing.n !== n) return undefined;
          at = passing;
          return fault;
        };
        let error: unknown;
        try {
          await bundleCreate(ports(), request());
          counts.done++;
        } catch (thrown) {
          error = thrown;
          counts.failed++;
        }
        proxy.rule = () => undefined;
        if (error === undefined) await whole(what);
        else {
          assert(!HARMLESS.has(fault), `${what} (${at?.method} ${at?.url}): ${error}`);
          await bundleCreate(ports(), request());
          await whole(`after ${what}`);
        }
        // of an upload whose id never arrived nobody knows: a lifecycle rule of the bucket takes it (docs/bundles.md)
        const unknown = at?.method === "POST" && at.url.includes("uploads");
        assert((await uploadsOf()).length <= (unknown ? 1 : 0), `uploads left: ${what}`);
      }
    }
    assert(counts.done > counts.failed, JSON.stringify(counts));

    // a server that takes everything and has nothing: the run fails, and nothing is remembered as sent
    await reset();
    proxy.rule = ({ method }) => method === "PUT" || method === "POST" ? "lie" : undefined;
    let lied: unknown;
    await bundleCreate(ports(), request()).catch((error) => lied = error);
    assert(String(lied).includes("does not have it"), String(lied));
    proxy.rule = () => undefined;
    await bundleCreate(ports(), request());
    await whole("after lies");

    // the network is gone from the n-th request on, as if the run was killed there
    for (let n = 1; n <= requests; n++) {
      await reset();
      proxy.rule = (passing) => passing.n >= n ? "drop" : undefined;
      await bundleCreate(ports(), request()).then(() => assert(false, `gone from ${n}`), () => {});
      proxy.rule = () => undefined;
      proxy.passed = [];
      await bundleCreate(ports(), request());
      await whole(`gone from request ${n} on`);
      // the run that was cut off could not abort its upload
      assertEquals(await uploadsOf(), [], `gone from request ${n} on`);
    }
  },
});
