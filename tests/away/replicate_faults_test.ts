/** `hikae:replicate` to servers that answer with errors, or slowly: what fails is told, and the next copy is whole. */

import { assert, assertEquals, assertFalse } from "@std/assert";
import { join } from "@std/path";
import { type Proxy, startProxy } from "../bundles/proxy.ts";
import { hasPlace, type Kind, place, type Remote } from "./remotes.ts";
import { brought, entry, failed } from "./replicate_world.ts";
import { Job, programs, treeOf } from "./world.ts";

const [RCLONE] = Deno.build.os === "windows" ? [] : programs("rclone");

/** A test with a job that copies to a place behind a proxy. */
function test(
  name: string,
  kinds: readonly Kind[],
  work: (job: Job, remote: Remote, proxy: Proxy) => Promise<void>,
): void {
  for (const kind of kinds) {
    Deno.test({
      name: `replicate, ${kind}: ${name}`,
      ignore: RCLONE === undefined || !hasPlace(kind, RCLONE),
      sanitizeOps: false,
      sanitizeResources: false,
      fn: async () => {
        using job = new Job();
        await using remote = await place(kind, RCLONE ?? "", job.dir.path);
        await using proxy = await startProxy(remote.wire?.port ?? 0);
        const config = Deno.readTextFileSync(remote.config);
        const file = job.dir.at("proxied.conf");
        Deno.writeTextFileSync(
          file,
          config.replace(`127.0.0.1:${remote.wire?.port}`, `127.0.0.1:${proxy.port}`),
        );
        job.plugins([entry(RCLONE ?? "", { ...remote, config: file }, {
          // its own patience is minutes
          args: [`--config=${file}`, "--low-level-retries=2", "--retries=1"],
        })]);
        await work(job, remote, proxy);
      },
    });
  }
}

const STATUS = { status: 500, body: "no" };

test(
  "a server that answers with errors: it is told, nothing is taken for somebody else's, and the next copy is whole",
  ["webdav", "s3"],
  async (job, remote, proxy) => {
    for (let i = 0; i < 12; i++) job.put(`d/f${i}`, 3000);
    assertEquals((await job.backup()).code, 0);
    let broken = 0;
    // each third request, then all that write
    const rules: Proxy["rule"][] = [
      ({ n }) => n % 3 === 0 ? STATUS : undefined,
      ({ method }) =>
        ["PUT", "MOVE", "COPY", "POST", "DELETE"].includes(method) ? STATUS : undefined,
    ];
    for (const [i, rule] of rules.entries()) {
      job.put(`d/f${i}`, 3000);
      job.put(`d/new${i}`, 3000);
      Deno.renameSync(join(job.source, `d/f${i + 6}`), join(job.source, `d/moved${i}`));
      proxy.passed.length = 0;
      proxy.rule = rule;
      const bad = await job.backup(["--allow-mass-change"]);
      assert([0, 3].includes(bad.code), bad.said);
      if (bad.code === 3) {
        broken++;
        failed(bad);
      }
      assertFalse(bad.said.includes("somebody else"), bad.said);
      proxy.rule = () => undefined;
      const good = await job.backup(["--allow-mass-change"]);
      assertEquals(good.code, 0, `${i}: ${good.said}`);
      assertEquals(treeOf(await brought(job, remote, RCLONE ?? "")), treeOf(job.vault));
    }
    assert(broken > 0, "none failed");
  },
);

test(
  "a server that answers slowly: the copy is whole; one that never answers ends with the plugin's limit",
  [
    "webdav",
  ],
  async (job, remote, proxy) => {
    for (let i = 0; i < 4; i++) job.put(`d/f${i}`, 3000);
    proxy.rule = () => "delay";
    assertEquals((await job.backup()).code, 0);
    assertEquals(treeOf(await brought(job, remote, RCLONE ?? "")), treeOf(job.vault));
    const { promise, resolve } = Promise.withResolvers<undefined>();
    proxy.rule = () => promise;
    job.put("d/f0", 3000);
    const patient = entry(RCLONE ?? "", { ...remote, config: job.dir.at("proxied.conf") });
    job.plugins([{ ...patient, timeout: "4s" }]);
    const hung = await job.backup();
    resolve(undefined);
    failed(hung);
    proxy.rule = () => undefined;
    job.plugins([patient]);
    const good = await job.backup();
    assertEquals(good.code, 0, good.said);
    assertEquals(treeOf(await brought(job, remote, RCLONE ?? "")), treeOf(job.vault));
  },
);
