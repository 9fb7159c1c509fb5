/** What the suites of `hikae:restic` share: a job that goes into a real repository. @module */

import { assertEquals, assertMatch } from "@std/assert";
import { Job, programs, sh } from "./world.ts";

/** Those that are here, each tried. */
export const RESTICS = Deno.build.os === "windows" ? [] : programs("restic");
/** What the plugin takes the password from. */
const PASSWORD = { HIKAE_TEST_PASSWORD: "open sesame" };

/** A test with a job and a place for a repository; `able`: what it needs besides is here. */
export function test(
  name: string,
  work: (world: World) => Promise<void>,
  able = true,
): void {
  for (const restic of RESTICS.length > 0 ? RESTICS : ["restic"]) {
    Deno.test({
      name: `restic, ${restic}: ${name}`,
      ignore: RESTICS.length === 0 || !able,
      fn: async () => {
        using job = new Job();
        await work(new World(job, restic));
      },
    });
  }
}

/** A snapshot, as restic lists it. */
export interface Snapshot {
  id: string;
  hostname: string;
  tags: string[];
  paths: string[];
}

/** A job that goes into a repository of its own. */
export class World {
  readonly job: Job;
  readonly restic: string;
  repository: string;

  constructor(job: Job, restic: string) {
    this.job = job;
    this.restic = restic;
    this.repository = job.dir.at("repo");
    this.use({ init: true });
  }

  /** Sets the plugin's options, and keys of the job. */
  use(options: object, more: object = {}): void {
    this.job.plugins([this.entry(options)], more);
  }

  entry(options: object, restic = this.restic): object {
    return {
      path: "hikae:restic",
      allow: { run: [restic], env: ["HIKAE_TEST_PASSWORD"] },
      timeout: "5m",
      options: {
        restic,
        repository: this.repository,
        passwordEnv: "HIKAE_TEST_PASSWORD",
        ...options,
      },
    };
  }

  backup(...args: string[]): ReturnType<Job["backup"]> {
    return this.job.backup(args, PASSWORD);
  }

  /** restic itself, on this repository. */
  run(...args: string[]): Promise<string> {
    const env = { RESTIC_REPOSITORY: this.repository, RESTIC_PASSWORD: "open sesame" };
    return sh(this.restic, args, env);
  }

  async snapshots(): Promise<Snapshot[]> {
    return JSON.parse(await this.run("snapshots", "--json")) as Snapshot[];
  }
}

/** The plugin failed for that reason: the backup itself went well. */
export function failed({ code, said }: { code: number; said: string }, why: RegExp): void {
  assertEquals(code, 3, said);
  assertMatch(said, why);
}
