// deno-lint-ignore-file explicit-function-return-type -- written as a plugin's author would
/** A plugin of several files that keeps to the rules. */
import type { Plugin } from "../../../src/plugins/api.ts";
import { left } from "./lib/rules.ts";
import * as path from "node:path";
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { promisify } from "node:util";
import "node:assert/strict";
import "node:events";
import "node:stream/promises";
import "node:timers/promises";
import "node:zlib";

class Odd extends Error {
  constructor() {
    super("odd");
    this.name = "Odd"; // an assignment that shadows what is frozen
  }
}

export default {
  name: "polite",
  version: "1.2.3",
  description: "keeps to the rules",
  options: { ext: "what to leave out" },
  permissions: (options) => options.host === undefined ? {} : { net: [options.host] },
  preBackup(run, host) {
    host.log(
      "info",
      path.posix.join(run.job ?? "", createHash("sha256").update("x").digest("hex")),
    );
    host.log("info", `${host.env("HIKAE_TEST_GRANTED")} ${host.env("HIKAE_TEST_SECRET")}`);
    host.log("info", `${typeof promisify} ${Buffer.from("a").toString("hex")} ${new Odd()}`);
    // deno-lint-ignore no-console
    console.warn("from", { the: "console" });
    return { exclude: [`*.${run.options.ext}`] };
  },
  filter(batch, run) {
    return { leaveOut: batch.map((d) => left(d.entries, run.options.ext ?? "tmp")) };
  },
  async postBackup(result, host) {
    await new Promise((go) => host.signal.addEventListener("abort", go));
    host.log("info", `aborted in time after ${result.outcome}`);
  },
  preCleanup: (plan) => ({ protect: plan.entries.length > 2 ? ["dear"] : [1] }),
} satisfies Plugin<{ ext?: string; host?: string }>;
