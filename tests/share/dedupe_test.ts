/** `dedupe`: what a vault has twice is shared afterwards, nothing else changes, and it may be cut off anywhere. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { Message } from "../../src/base/event.ts";
import {
  dedupe,
  type DedupeOutcome,
  type DedupeRequest,
} from "../../src/engine/maintain/dedupe.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { faulty } from "../../src/platform/doubles/faulty.ts";
import { Killed, stepping } from "../../src/platform/doubles/stepping.ts";
import { type Around, tapFs } from "../../src/platform/doubles/tap.ts";
import { enginePorts } from "../helpers/engine_helper.ts";
import { filesOf, isTemporary } from "../faults/tell.ts";
import { Shuffle } from "./shuffle.ts";
import { noise, ShareWorld } from "./world.ts";

const NO_LINKS = Deno.build.os === "windows";

function run(
  w: ShareWorld,
  options: Partial<DedupeRequest> = {},
  around?: Around,
): DedupeOutcome & { messages: Message[] } {
  const messages: Message[] = [];
  const fs = around === undefined ? denoFs : tapFs(denoFs, around);
  const outcome = dedupe(enginePorts(messages, fs), {
    root: w.vault,
    given: w.vault,
    host: "test",
    pid: Deno.pid,
    dryRun: false,
    mode: "auto",
    reflink: false,
    ...options,
  });
  return { ...outcome, messages };
}

function test(name: string, work: (w: ShareWorld) => Promise<void>): void {
  Deno.test({
    name: `dedupe: ${name}`,
    ignore: NO_LINKS,
    fn: async () => {
      using w = new ShareWorld({ share: "never" });
      await work(w);
      assertEquals(await w.wrongStates(), []);
    },
  });
}

/** A vault in which a file moved, was copied, and came back, everything stored each time. */
async function twice(w: ShareWorld): Promise<void> {
  w.put("a", noise(1));
  w.put("copy", noise(1));
  w.put("other", noise(2));
  await w.backup();
  w.move("a", "b");
  w.remove("other");
  await w.backup();
  w.put("other", noise(2), 1_650_000_000);
  await w.backup();
}

test("marks share with living copies, living copies with each other only when asked", async (w) => {
  await twice(w);
  assertEquals(w.bytes(), 50_000);
  const planned = run(w, { dryRun: true });
  assertEquals([planned.files, planned.bytes, w.bytes()], [2, 20_000, 50_000]);
  const { files, bytes, messages } = run(w);
  assertEquals([files, bytes, w.bytes()], [2, 20_000, 30_000]);
  assertEquals(messages.at(-1)?.message_type, "summary");
  assert(w.ino("copy") !== w.ino("b"));
  assertEquals(run(w).files, 0);
  assertEquals(run(w, { mode: "link" }).bytes, 10_000);
  assertEquals(w.ino("copy"), w.ino("b"));
  assertEquals(w.bytes(), 20_000);
  assertEquals(Deno.lstatSync(join(w.vault, "other")).mtime?.getTime(), 1_650_000_000_000);
});

test("names of one file in the source share by auto too", async (w) => {
  w.put("a", noise(1));
  Deno.linkSync(join(w.source, "a"), join(w.source, "b"));
  await w.backup();
  assert(w.ino("a") !== w.ino("b"));
  run(w);
  assertEquals(w.ino("a"), w.ino("b"));
});

test("what is not the same byte for byte is left alone, whatever the records say", async (w) => {
  await twice(w);
  const copy = join(w.vault, "b");
  const { mtime } = Deno.lstatSync(copy);
  const rotten = noise(1);
  rotten[5000] = (rotten[5000] ?? 0) ^ 1;
  Deno.writeFileSync(copy, rotten);
  Deno.utimeSync(copy, mtime ?? 0, mtime ?? 0);
  run(w);
  assertEquals(Deno.readFileSync(copy), rotten);
  assert(w.nlink("b") === 1);
  Deno.writeFileSync(copy, noise(1));
  Deno.utimeSync(copy, mtime ?? 0, mtime ?? 0);
});

test("a disk that shares blocks: every copy stays a file of its own", async (w) => {
  await twice(w);
  assertEquals(run(w, { reflink: true }).files, 3);
  assertEquals([w.nlink("b"), w.nlink("copy")], [1, 1]);
  assertEquals(Deno.lstatSync(join(w.vault, "copy")).mtime?.getTime(), 1_600_000_000_000);
});

test("cut off between any two changes, or with any call failing once, and run again", async (w) => {
  await twice(w);
  const template = w.dir.at("template");
  Deno.renameSync(w.vault, template);
  const fresh = async (): Promise<void> => {
    if (await isThere(w.vault)) Deno.removeSync(w.vault, { recursive: true });
    const copied = await new Deno.Command("cp", { args: ["-a", template, w.vault] }).output();
    assert(copied.success);
  };
  let ended = false;
  for (let at = 0; !ended; at++) {
    await fresh();
    const step = stepping(at);
    try {
      run(w, { mode: "link" }, step.around);
    } catch (error) {
      if (!(error instanceof Killed) && !step.dead) throw error;
    }
    ended = !step.dead;
    assertEquals(run(w, { mode: "link" }).errors, 0);
    assertEquals(w.bytes(), 20_000);
    assertEquals(filesOf(w.vault).filter(isTemporary), []);
    if (at % 3 === 0) assertEquals(await w.wrongStates(), []);
  }
  for (let at = 0;; at++) {
    await fresh();
    const fault = faulty(at, "EIO");
    try {
      run(w, { mode: "link" }, fault.around);
    } catch {
      // trouble with the vault itself ends it
    }
    if (fault.hit === undefined) break;
    run(w, { mode: "link" });
    assertEquals(w.bytes(), 20_000);
    if (at % 5 === 0) assertEquals(await w.wrongStates(), []);
  }
});

test("after shuffles: less is taken, and every past state is there", async (w) => {
  const shuffle = new Shuffle(w, "packages", 3, true);
  shuffle.plant(30);
  await w.backup();
  for (let i = 0; i < 6; i++) {
    shuffle.shuffle();
    await w.backup();
  }
  const before = w.bytes();
  const planned = run(w, { dryRun: true, mode: "link" }).bytes;
  assertEquals(run(w, { mode: "link" }).bytes, planned);
  assertEquals(before - w.bytes(), planned);
});

test("a disk that gives no second name is told of once, and is no error", async (w) => {
  await twice(w);
  for (const code of ["EPERM", "ENOTSUP"]) {
    const fault: Around = (call, work) => {
      if (call.op === "link") throw Object.assign(new Error(code), { code });
      return work();
    };
    const { files, errors, messages } = run(w, { mode: "link" }, fault);
    assertEquals([files, errors], [0, 0]);
    assertEquals(messages.map((m) => m.message_type), ["note", "summary"]);
    assertEquals(filesOf(w.vault).filter(isTemporary), []);
  }
  // what one file alone refuses is an error of that file
  let refused = 0;
  const once: Around = (call, work) => {
    if (call.op === "link" && refused++ === 0) {
      throw Object.assign(new Error("no"), { code: "EPERM" });
    }
    return work();
  };
  const { files, errors } = run(w, { mode: "link" }, once);
  assertEquals([files, errors], [2, 1]);
});

async function isThere(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch {
    return false;
  }
}
