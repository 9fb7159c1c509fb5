/** `hikae:restic` with the real restic at places that refuse, fail, are slow or full, and beside another machine. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { type Proxy, startProxy } from "../bundles/proxy.ts";
import { failed, test, type World } from "./restic_world.ts";
import { canRun, freePort, programs, server, treeOf } from "./world.ts";

const [RCLONE] = programs("rclone");

/** restic's own REST server, by rclone, behind a proxy; the plugin and the world use it. */
async function served(w: World, ...args: string[]): Promise<AsyncDisposable & { proxy: Proxy }> {
  const dir = w.job.dir.at("served");
  Deno.mkdirSync(dir);
  const port = freePort();
  const serving = await server(
    RCLONE ?? "",
    ["serve", "restic", dir, `--addr=127.0.0.1:${port}`, ...args],
    port,
  );
  const proxy = await startProxy(port);
  w.repository = `rest:http://127.0.0.1:${proxy.port}/`;
  return {
    proxy,
    [Symbol.asyncDispose]: async () => {
      await proxy[Symbol.asyncDispose]();
      await serving[Symbol.asyncDispose]();
    },
  };
}

test(
  "a server that may only be added to: what it refuses is not asked for",
  async (w) => {
    await using _ = await served(w, "--append-only");
    w.use({ init: true, forget: "never", check: { every: 1, sample: "100%" } }, {
      keep: { last: 1 },
    });
    for (let i = 0; i < 2; i++) {
      w.job.put("a", 100);
      const run = await w.backup();
      assertEquals(run.code, 0, run.said);
    }
    assertEquals((await w.snapshots()).length, 2);
  },
  RCLONE !== undefined,
);

test(
  "a server that answers with errors, or slowly: it is told, and the next snapshot is whole",
  async (w) => {
    const { job } = w;
    await using place = await served(w);
    for (let i = 0; i < 3; i++) job.put(`d/f${i}`, 3000);
    w.use({ init: true });
    place.proxy.rule = () => "delay";
    const slow = await w.backup();
    assertEquals(slow.code, 0, slow.said);
    place.proxy.rule = () => ({ status: 500, body: "no" });
    job.put("d/f0", 3000);
    // from 0.17 on it asks again for as long as it may
    job.plugins([{ ...w.entry({}), timeout: "15s" }]);
    failed(await w.backup(), /backup.*: .*500/);
    w.use({});
    // some of the answers only: it asks again by itself
    place.proxy.rule = ({ n }) => n % 3 === 0 ? { status: 500, body: "no" } : undefined;
    job.put("d/f1", 3000);
    await w.backup();
    place.proxy.rule = () => undefined;
    job.put("d/f2", 3000);
    const good = await w.backup();
    assertEquals(good.code, 0, good.said);
    await w.run("check", "--read-data");
    const back = job.dir.at("back");
    await w.run("restore", "latest", "--target", back);
    assertEquals(treeOf(join(back, job.vault)), treeOf(job.vault));
  },
  RCLONE !== undefined,
);

test(
  "a full disk at the remote: it is told, and with room again the next snapshot is whole",
  async (w) => {
    const { job } = w;
    const small = job.dir.at("small");
    Deno.mkdirSync(small);
    mount("-t", "tmpfs", "-o", "size=400k", "tmpfs", small);
    try {
      w.repository = join(small, "repo");
      w.use({ init: true });
      job.put("a", 1000);
      assertEquals((await w.backup()).code, 0);
      job.put("big", 900_000);
      failed(await w.backup(), /no space left on device/);
      assertEquals((await w.snapshots()).length, 1);
      mount("-o", "remount,size=10m", small);
      const good = await w.backup();
      assertEquals(good.code, 0, good.said);
      await w.run("check", "--read-data");
      assertEquals((await w.snapshots()).length, 2);
    } finally {
      new Deno.Command("umount", { args: [small] }).outputSync();
    }
  },
  canMount(),
);

test("the lock of another machine is named, and no command that removes it", async (w) => {
  const { job } = w;
  job.put("a", 10);
  assertEquals((await w.backup()).code, 0);
  const holder = new Deno.Command("unshare", {
    args: ["--uts", "sh", "-c", `hostname elsewhere && exec "${w.restic}" backup --stdin`],
    env: { RESTIC_REPOSITORY: w.repository, RESTIC_PASSWORD: "open sesame" },
    stdin: "piped",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const locks = join(w.repository, "locks");
  while (![...Deno.readDirSync(locks)].some(({ name }) => /^[0-9a-f]{64}$/.test(name))) {
    await new Promise((done) => setTimeout(done, 50));
  }
  w.use({ lockWait: "1s" }, { keep: { last: 1 } });
  const locked = await w.backup();
  failed(locked, /locked by PID \d+ on elsewhere by /);
  assert(!locked.said.includes("restic unlock"), locked.said);
  await holder.stdin.close();
  await holder.status;
  assertEquals((await w.backup()).code, 0);
}, canRun("unshare", "--uts", "hostname", "elsewhere"));

test("what a run shared by links is stored once there too", async (w) => {
  const { job } = w;
  w.use({ init: true }, { share: "link" });
  job.put("d/a", 300_000);
  assertEquals((await w.backup()).code, 0);
  Deno.copyFileSync(join(job.source, "d/a"), join(job.source, "copy"));
  Deno.renameSync(join(job.source, "d/a"), join(job.source, "moved"));
  const second = await w.backup();
  assertEquals(second.code, 0, second.said);
  // metadata and records, and nothing of the content
  const added = /is in the repository as [0-9a-f]+ \(([\d.]+) KiB added/.exec(second.said);
  assertMatch(second.said, /KiB added, \d+ s\)/);
  assert(Number(added?.[1]) < 60, second.said);
});

function mount(...args: string[]): void {
  const { success, stderr } = new Deno.Command("mount", { args }).outputSync();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

function canMount(): boolean {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return false;
  const dir = Deno.makeTempDirSync();
  try {
    mount("-t", "tmpfs", "tmpfs", dir);
    return new Deno.Command("umount", { args: [dir] }).outputSync().success;
  } catch {
    return false;
  } finally {
    Deno.removeSync(dir);
  }
}
