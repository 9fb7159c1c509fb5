/** What is believed of a server that a volume was sent to: after a look, or the checksum in its answer, and what follows. */

import { assertEquals, assertRejects } from "@std/assert";
import { HikaeError } from "../../src/base/errors.ts";
import type { ObjectState, Remote, RemoteQuestion, Stored } from "../../src/base/remote.ts";
import { BundleOutbox } from "../../src/bundle/outbox.ts";
import { volumeName } from "../../src/bundle/names.ts";
import { parseStamp } from "../../src/base/stamp.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { sha256, sha256Of } from "../../src/platform/hash.ts";
import { carryOutAt } from "../../src/platform/remote_objects.ts";
import { names, tempDir } from "../helpers/cli_helper.ts";
import { SEPARATOR } from "@std/path";

const STAMP = parseStamp("20260101_000000")!;

/** A server's answers to one volume: to its PUT, and to each look. */
interface Server {
  put: Stored;
  looks: ObjectState[];
}

/** Sends a volume; gives what was asked, what was noted and recorded, and what is left in the spool. */
async function sent({ put, looks }: Server): Promise<{
  asked: string[];
  notes: number;
  recorded: string[];
  left: string[];
  failed: unknown;
}> {
  using dir = tempDir();
  const asked: string[] = [];
  const recorded: string[] = [];
  let notes = 0;
  const answer = (question: RemoteQuestion): unknown => {
    asked.push(question.op);
    if (question.op === "put") return put;
    return looks.length > 1 ? looks.shift() : looks[0];
  };
  const outbox = new BundleOutbox(
    {
      ...{ fs: denoFs, newHash: sha256, separator: SEPARATOR },
      remote: ((question) => Promise.resolve(answer(question))) as Remote,
      journal: {
        sent: (name) => void recorded.push(name),
        uploads: () => [],
        begun: () => {},
        ended: () => {},
      },
      note: () => void notes++,
    },
    { where: "s3:x", spool: dir.path, limit: 1 << 20, parts: true, as: {} },
    "id",
  );
  const hash = sha256Of("volume");
  Deno.writeTextFileSync(outbox.temporary("1"), "volume");
  await outbox.room(100);
  await outbox.put(
    outbox.temporary("1"),
    { name: volumeName(STAMP, 1, hash), hash, bytes: 6 },
    100,
  );
  const failed = await outbox.settled().then(() => undefined, (error: unknown) => error);
  return { asked, notes, recorded, left: names(dir.path), failed };
}

const THERE: ObjectState = { is: "there", size: 6, differs: false };

Deno.test("bundle outbox: a volume is believed after a look, or by its checksum where the key may not look", async () => {
  const stored = { there: false, proven: true };
  const cases: [string, Server, number, number][] = [
    ["seen", { put: { there: false, proven: false }, looks: [THERE] }, 1, 0],
    ["there before", { put: { there: true, proven: false }, looks: [THERE] }, 1, 0],
    ["lost once", { put: stored, looks: [{ is: "missing" }, THERE] }, 2, 0],
    ["the checksum alone", { put: stored, looks: [{ is: "hidden" }] }, 1, 1],
    // its name has its own hash: nobody knew it before
    [
      "there, hidden",
      { put: { there: true, proven: false }, looks: [{ is: "hidden" }] },
      1,
      1,
    ],
  ];
  for (const [what, server, puts, notes] of cases) {
    const done = await sent(server);
    assertEquals(done.failed, undefined, what);
    assertEquals(done.asked.filter((op) => op === "put").length, puts, what);
    assertEquals([done.notes, done.recorded.length, done.left.length], [notes, 1, 0], what);
  }
});

Deno.test("bundle outbox: what is not stored, or is something else, is an error, and stays in the spool as not sent", async () => {
  const stored = { there: false, proven: true };
  const cases: [string, Server, number, string][] = [
    ["never there", { put: stored, looks: [{ is: "missing" }] }, 3, "does not have it"],
    [
      "something else",
      { put: { there: true, proven: false }, looks: [{ is: "there", size: 6, differs: true }] },
      1,
      "something else has this name",
    ],
    [
      "no checksum, no look",
      { put: { there: false, proven: false }, looks: [{ is: "hidden" }] },
      1,
      "it is not known whether this is stored",
    ],
  ];
  for (const [what, server, puts, why] of cases) {
    const { failed, asked, recorded, left } = await sent(server);
    assertEquals(failed instanceof HikaeError && failed.message.includes(why), true, what);
    assertEquals(asked.filter((op) => op === "put").length, puts, what);
    assertEquals([recorded, left.length], [[], 1], what);
  }
});

Deno.test("bundle outbox: a server that answers nothing is asked again, and told as out of reach in the end", async () => {
  using dir = tempDir();
  Deno.writeTextFileSync(dir.at("v"), "0123456789");
  let asked = 0;
  let silent = 1;
  const open: Deno.Conn[] = [];
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = (async () => {
    for await (const conn of listener) {
      open.push(conn);
      if (asked++ < silent) continue;
      await conn.read(new Uint8Array(1 << 16));
      await conn.write(new TextEncoder().encode("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"));
    }
  })();
  const ends = new AbortController();
  const work = {
    ...{ by: "s3" as const, origin: `http://127.0.0.1:${listener.addr.port}`, bucket: "b" },
    ...{ virtual: false, prefix: "", region: "r", proxied: false, limit: undefined },
    keys: { id: "i", secret: "s", token: undefined },
    spool: dir.path,
  };
  const carry = (tries: number): ReturnType<typeof carryOutAt> =>
    carryOutAt(work, ends.signal, { tries, first: 1, longest: 1, timeout: 100 });
  const put = { op: "put" as const, name: "n", file: "v", size: 10, as: {} };
  // as often as a busy machine takes
  assertEquals(await carry(1000)(put), { there: false, proven: false });
  silent = Infinity;
  await assertRejects(() => carry(2)(put), HikaeError, "cannot be reached");
  ends.abort();
  for (const conn of open) {
    try {
      conn.close();
    } catch {
      // it is
    }
  }
  listener.close();
  await serving;
});
