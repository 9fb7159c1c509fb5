/** Files whose disk tells another size than that of the content: read to their end, always (decision 27). */

import { assert, assertEquals } from "@std/assert";
import { isThere, makeTree, read, record, tempDir } from "../helpers/cli_helper.ts";
import { type Habits, withHabits } from "../helpers/disk_habits.ts";
import { backUp, enginePorts } from "../helpers/engine_helper.ts";
import { restore as restorePortable, take, testPorts } from "../portable/portable_support.ts";
import { restoreHere, SELF } from "../helpers/restore_helper.ts";
import { Reader } from "../../src/engine/reader.ts";
import { bundleCreate } from "../../src/engine/bundle/create.ts";
import { bundleRestore } from "../../src/engine/bundle/restore.ts";
import { newKeyPair } from "../../src/bundle/keygen.ts";
import type { Message } from "../../src/base/event.ts";
import type { FileSystem } from "../../src/base/fs.ts";
import { META } from "../../src/vault/names.ts";
import { verify } from "../../src/engine/verify/verify.ts";

const LARGE = "0123456789".repeat(500_000);

const TREE = { "empty": "", "small": "small content", "large": LARGE, "sub": { "x": "x" } };

const BYTES = LARGE.length + "small content".length + "x".length;

const SIZES: Readonly<Record<string, Habits>> = {
  "size 0": { size: () => 0 },
  "a size 4,096 too large": { size: (_, size) => size + 4096 },
  "a size one too small": { size: (_, size) => Math.max(0, size - 1) },
};

const summary = (messages: readonly Message[]): Record<string, unknown> => ({
  ...messages.findLast((m) => m.message_type === "summary"),
});

for (const [name, habits] of Object.entries(SIZES)) {
  Deno.test(`backup: ${name} is told: all of the content is stored, no change later, verify and restore agree`, async () => {
    using dir = tempDir();
    makeTree(dir.at("s"), TREE);
    const fs = withHabits(dir.at("s"), habits);
    for (const checksum of [false, false, true]) {
      const { outcomes, messages } = await backUp(dir.at("s"), [dir.at("v")], { checksum }, {
        fs,
        hours: checksum ? 3 : isThere(dir.at("v")) ? 2 : 1,
      });
      assertEquals([outcomes[0]?.errors, outcomes[0]?.failed], [0, undefined]);
      if (summary(messages).files_new === 4) {
        assertEquals(summary(messages).total_bytes_processed, BYTES);
      }
      if (summary(messages).files_new === 0) {
        assertEquals(summary(messages).files_unmodified, 4);
      }
    }
    assertEquals(read(dir.at("v"), "large"), LARGE);
    assertEquals(read(dir.at("v"), "small"), "small content");
    await restoreHere(dir.at("v"), dir.at("t"), { verify: true });
    assertEquals([read(dir.at("t"), "large"), read(dir.at("t"), "empty")], [LARGE, ""]);
    const found = await verify(enginePorts(), {
      root: dir.at("v"),
      given: dir.at("v"),
      host: "test",
      pid: Deno.pid,
      repair: false,
      windows: false,
    });
    assertEquals([found.files_checked, found.errors], [4, 0]);
  });

  Deno.test(`a vault: ${name} is told of all of its files: it is read to the end, also the records`, async () => {
    using dir = tempDir();
    makeTree(dir.at("s"), { small: "small content", sub: { x: "x" } });
    const fs = withHabits(dir.at("v"), habits);
    for (const hours of [1, 2, 3]) {
      Deno.writeTextFileSync(dir.at("s", `${hours}`), `in run ${hours}`);
      const { outcomes } = await backUp(dir.at("s"), [dir.at("v")], {}, { fs, hours });
      assertEquals([outcomes[0]?.errors, outcomes[0]?.failed], [0, undefined]);
    }
    const ports = enginePorts([], fs);
    const reader = Reader.open(ports, dir.at("v"));
    assertEquals(reader.snapshots().map((s) => s.state), ["complete", "complete", "complete"]);
    reader.close();
    const { errors } = await restoreHere(dir.at("v"), dir.at("t"), {}, ports);
    assertEquals([errors, read(dir.at("t"), "2"), read(dir.at("t"), "sub/x")], [
      [],
      "in run 2",
      "x",
    ]);
  });

  Deno.test(`backup: ${name} is told of source and vault: what ends has the size of its content in the record`, async () => {
    using dir = tempDir();
    makeTree(dir.at("s"), { f: "content" });
    const fs = withHabits(dir.at(""), {
      size: (path, size) => path.includes(META) ? size : habits.size?.(path, size) ?? size,
    });
    await backUp(dir.at("s"), [dir.at("v")], {}, { fs, hours: 1 });
    Deno.writeTextFileSync(dir.at("s", "f"), "another content");
    const { outcomes } = await backUp(dir.at("s"), [dir.at("v")], {}, { fs, hours: 2 });
    assertEquals([outcomes[0]?.errors, outcomes[0]?.failed], [0, undefined]);
    const sizes = record(dir.at("v")).filter((l) => l.path === "f" && l.to !== undefined)
      .map((l) => l.size);
    assertEquals(sizes, ["content".length]);
  });

  Deno.test(`a bundle: ${name} is told of what the vault has: all of it is packed and comes back`, async () => {
    using dir = tempDir();
    makeTree(dir.at("s"), TREE);
    for (const name of ["bundles", "state"]) Deno.mkdirSync(dir.at(name));
    await backUp(dir.at("s"), [dir.at("v")]);
    const messages: Message[] = [];
    const pair = await newKeyPair();
    const where = dir.at("bundles");
    const told = (path: string, size: number): number =>
      path.includes(META) ? size : habits.size?.(path, size) ?? size;
    const ports = enginePorts(messages, withHabits(dir.at("v"), { size: told }));
    const made = await bundleCreate(ports, {
      ...{ root: dir.at("v"), given: "v", where, state: dir.at("state") },
      ...{ recipients: [pair.recipient], volumeSize: 1 << 20, full: false },
    });
    assertEquals([made.errors, messages.filter((m) => m.message_type === "error")], [0, []]);
    const target = dir.at("t");
    const back = await bundleRestore(enginePorts(messages), {
      ...{ where, identities: [pair.identity], paths: [], at: undefined, target },
      self: SELF,
      windows: Deno.build.os === "windows",
    });
    assertEquals([back.errors, back.files], [0, 4]);
    assertEquals([read(target, "large"), read(target, "small")], [LARGE, TREE.small]);
  });

  Deno.test(`a portable snapshot: ${name} is told: the content comes whole`, async () => {
    using dir = tempDir();
    makeTree(dir.at("s"), TREE);
    const ports = testPorts(withHabits(dir.at("s"), habits));
    const { path, errors, bytes } = await take(ports, dir.at("s"), dir.at("snapshots"));
    assertEquals([errors, bytes], [0, LARGE.length + "small content".length + 1]);
    restorePortable(testPorts(), path, dir.at("t"));
    assertEquals([read(dir.at("t"), "large"), read(dir.at("t"), "small")], [
      LARGE,
      "small content",
    ]);
  });
}

Deno.test("backup: content that two reads do not agree on, and what has no end, is an error", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { "random": "", "endless": "", "sound": "sound" });
  const fs = withHabits(dir.at("s"), { size: (path, size) => path.endsWith("sound") ? size : 0 });
  let reads = 0;
  const odd: FileSystem = {
    ...fs,
    open: (path, options) => {
      const file = fs.open(path, options);
      if (!path.startsWith(dir.at("s")) || path.endsWith("sound")) return file;
      const endless = path.endsWith("endless");
      let done = false;
      return {
        ...file,
        stat: () => file.stat(),
        close: () => file.close(),
        seek: () => {},
        read: (buffer) => {
          if (endless) return buffer.length;
          if (done) return 0;
          done = true;
          buffer[0] = reads++;
          return 1;
        },
      };
    },
  };
  const { outcomes, messages } = await backUp(dir.at("s"), [dir.at("v")], {}, { fs: odd });
  assertEquals(outcomes[0]?.errors, 2);
  const told = messages.flatMap((m) => m.message_type === "error" ? [`${m.path} ${m.code}`] : []);
  assertEquals(told.sort(), ["endless unreadable", "random changing"]);
  assertEquals(read(dir.at("v"), "sound"), "sound");
  assert(!isThere(dir.at("v", "random")) && !isThere(dir.at("v", "endless")));
});
