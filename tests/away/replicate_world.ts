/** What the suites of `hikae:replicate` share: a job that copies to a real place. @module */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { hasPlace, type Kind, place, type Remote } from "./remotes.ts";
import { Job, programs, sh, treeOf } from "./world.ts";

const RCLONES = Deno.build.os === "windows" ? [] : programs("rclone");

/** A test with a job that copies to a place. */
export function test(
  name: string,
  kinds: readonly Kind[],
  work: (job: Job, remote: Remote, rclone: string) => Promise<void>,
): void {
  for (const rclone of RCLONES.length > 0 ? RCLONES : ["rclone"]) {
    for (const kind of kinds) {
      Deno.test({
        name: `replicate, ${kind}, ${rclone}: ${name}`,
        ignore: RCLONES.length === 0 || !hasPlace(kind, rclone),
        fn: async () => {
          using job = new Job();
          await using remote = await place(kind, rclone, job.dir.path);
          job.plugins([entry(rclone, remote)]);
          await work(job, remote, rclone);
        },
      });
    }
  }
}

/** The plugin as it stands in a config. */
export function entry(rclone: string, remote: Remote, options: object = {}): object {
  return {
    path: "hikae:replicate",
    allow: { run: [rclone], net: ["127.0.0.1"] },
    timeout: "5m",
    options: { rclone, remote: remote.name, args: [`--config=${remote.config}`], ...options },
  };
}

/** The plugin failed: the backup itself went well. */
export function failed({ code, said }: { code: number; said: string }): void {
  assertEquals(code, 3, said);
  assertStringIncludes(said, "replicate, postBackup");
}

/** What lies at a place, brought back by rclone. */
export async function brought(job: Job, remote: Remote, rclone: string): Promise<string> {
  const back = Deno.makeTempDirSync({ dir: job.dir.path, prefix: "back-" });
  await sh(rclone, ["copy", `--config=${remote.config}`, remote.name, back]);
  return back;
}

/** Fails unless what lies there is the vault. */
export async function sameAsVault(job: Job, remote: Remote, rclone: string): Promise<void> {
  assertEquals(treeOf(await brought(job, remote, rclone)), treeOf(job.vault));
}
