/** Requests whose body is a piece of a file: what the answer is read as, and connections that end too early. */

import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { utf8 } from "../../src/base/bytes.ts";
import { carryOutAt } from "../../src/platform/remote_objects.ts";
import { HikaeError } from "../../src/base/errors.ts";
import { pieces, Wire } from "../../src/platform/s3/wire.ts";
import { readAnswer, type WireAnswer } from "../../src/platform/s3/wire_answer.ts";
import { tempDir } from "../helpers/cli_helper.ts";

/** An answer that comes in pieces of so many bytes. */
async function answered(text: string, size: number): Promise<WireAnswer> {
  let at = 0;
  const all = utf8(text);
  return await readAnswer({
    read: (into) => {
      const part = all.subarray(at, at + Math.min(size, into.length));
      at += part.length;
      into.set(part);
      return Promise.resolve(part.length === 0 ? null : part.length);
    },
  });
}

const OK = 'HTTP/1.1 200 OK\r\nETag: "x"\r\n';

Deno.test("bundle wire: answers are read, however their bytes arrive", async () => {
  const cases: [string, number, string, boolean][] = [
    [`${OK}Content-Length: 3\r\n\r\nabc`, 200, "abc", true],
    [`HTTP/1.1 100 Continue\r\n\r\n${OK}content-length:0\r\n\r\n`, 200, "", true],
    [
      `${OK}transfer-encoding: chunked\r\n\r\n2;x=y\r\nab\r\n1\r\nc\r\n0\r\nt: 1\r\n\r\n`,
      200,
      "abc",
      true,
    ],
    [`${OK}Content-Length: 3\r\nConnection: close\r\n\r\nabc`, 200, "abc", false],
    [`HTTP/1.0 503 no\r\n\r\n<Error/>`, 503, "<Error/>", false],
    ["HTTP/1.1 204 No Content\r\n\r\n", 204, "", true],
  ];
  for (const [text, status, body, goesOn] of cases) {
    for (const size of [1, 7, 1000]) {
      const answer = await answered(text, size);
      const read = new TextDecoder().decode(answer.bytes);
      assertEquals([answer.status, read, answer.goesOn], [status, body, goesOn], text);
    }
  }
  assertEquals((await answered(`${OK}\r\n`, 9)).headers.get("etag"), '"x"');
});

Deno.test("bundle wire: what is cut, too long or no answer is none", async () => {
  for (
    const [text, why] of [
      ["", "cut off"],
      ["HTTP/1.1 200 OK\r\nETag", "cut off"],
      [`${OK}Content-Length: 4\r\n\r\nabc`, "cut off"],
      [`${OK}Transfer-Encoding: chunked\r\n\r\n3\r\nab`, "cut off"],
      [`${OK}Transfer-Encoding: chunked\r\n\r\nzz\r\nab`, "broken"],
      [`${OK}Content-Length: 99999999\r\n\r\n`, "too long"],
      [`${OK}Content-Length: -1\r\n\r\n`, "too long"],
      [`${OK}Content-Length: 3, 3\r\n\r\nabc`, "too long"],
      [`${OK}x y: 1\r\n\r\n`, "broken"],
      [`${OK}a: ${"x".repeat(70_000)}`, "too long"],
      ["220 mail.example ESMTP\r\n", "none of HTTP"],
    ] as const
  ) {
    const error = await assertRejects(
      () => answered(text, 1000),
      Error,
      undefined,
      text.slice(0, 80),
    );
    assertStringIncludes(error.message, why);
  }
});

/** A server that does with each connection what it is told. */
function serverOf(
  work: (conn: Deno.Conn, n: number) => Promise<void>,
): { url: URL } & AsyncDisposable {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open: Promise<void>[] = [];
  const accepting = (async () => {
    let n = 0;
    for await (const conn of listener) {
      open.push(
        work(conn, ++n).catch(() => {}).finally(() => {
          try {
            conn.close();
          } catch {
            // it is
          }
        }),
      );
    }
  })();
  return {
    url: new URL(`http://127.0.0.1:${listener.addr.port}/b/x?y=1`),
    [Symbol.asyncDispose]: async () => {
      listener.close();
      await accepting.catch(() => {});
      await Promise.all(open);
    },
  };
}

/** Reads a request to its end; gives its text. */
async function requestOn(conn: Deno.Conn): Promise<string> {
  let all = "";
  const buffer = new Uint8Array(1 << 16);
  for (;;) {
    const head = all.indexOf("\r\n\r\n");
    const length = Number(/content-length: (\d+)/.exec(all)?.[1] ?? 0);
    if (head >= 0 && all.length >= head + 4 + length) return all;
    const n = await conn.read(buffer);
    if (n === null) throw new Error("it ended");
    all += new TextDecoder("latin1").decode(buffer.subarray(0, n));
  }
}

const PUT = { method: "PUT", headers: new Headers({ a: "b" }) };
const never = new AbortController().signal;

Deno.test("bundle wire: a piece of a file is sent with its length, connections are used again, one that ended is not", async () => {
  using dir = tempDir();
  const path = dir.at("file");
  Deno.writeTextFileSync(path, `__${"z".repeat(300_000)}__`);
  const seen: string[] = [];
  await using server = serverOf(async (conn, n) => {
    for (let i = 0; i < (n === 1 ? 2 : 1); i++) {
      seen.push(await requestOn(conn));
      await conn.write(utf8("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"));
    }
  });
  const wire = new Wire();
  const asked = { ...PUT, url: server.url, body: { path, from: 2, length: 300_000 } };
  for (let i = 0; i < 3; i++) assertEquals((await wire.send(asked, never)).status, 200);
  const head =
    `PUT /b/x?y=1 HTTP/1.1\r\nhost: ${server.url.host}\r\ncontent-length: 300000\r\na: b\r\n\r\n`;
  assertEquals(seen, Array(3).fill(head + "z".repeat(300_000)));
  wire.close();
});

Deno.test("bundle wire: a refusal before all was sent is heard, a file that is shorter is told, a signal ends it", async () => {
  using dir = tempDir();
  const path = dir.at("file");
  Deno.writeFileSync(path, new Uint8Array(1 << 24));
  await using server = serverOf(async (conn, n) => {
    await conn.read(new Uint8Array(1000));
    if (n === 1) await conn.write(utf8("HTTP/1.1 403 no\r\ncontent-length: 2\r\n\r\nno"));
    // reads on until the other side ends
    else while (await conn.read(new Uint8Array(1 << 16)) !== null);
  });
  const wire = new Wire();
  const asked = { ...PUT, url: server.url, body: { path, from: 0, length: 1 << 24 } };
  const refused = await wire.send(asked, never);
  assertEquals([refused.status, new TextDecoder().decode(refused.bytes)], [403, "no"]);
  const longer = { ...asked, body: { path, from: 1, length: 1 << 24 } };
  const short = await assertRejects(() => wire.send(longer, never), Error);
  assertStringIncludes(short.message, "shorter");
  const ends = new AbortController();
  const ended = wire.send(asked, ends.signal);
  ends.abort(new Error("ended"));
  await assertRejects(() => ended, Error, "ended");
  wire.close();
});

Deno.test("bundle wire: what a server of S3 is asked, put by put: nothing is written over, checksums, lock, class, token", async () => {
  using dir = tempDir();
  Deno.writeTextFileSync(dir.at("v"), "0123456789");
  const asked: Record<string, string | null>[] = [];
  const names = ["if-none-match", "content-length", "x-amz-checksum-sha256", "x-amz-content-sha256"]
    .concat("x-amz-storage-class", "x-amz-object-lock-mode", "x-amz-security-token");
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      asked.push({
        ...Object.fromEntries(names.map((n) => [n, request.headers.get(n)])),
        what: `${request.method} ${new URL(request.url).search} ${await request.text()}`,
      });
      if (asked.length === 1) return new Response("", { status: 429 });
      return new Response("", { headers: { etag: "x" } });
    },
  );
  const ends = new AbortController();
  const carry = carryOutAt(
    {
      by: "s3",
      origin: `http://127.0.0.1:${server.addr.port}`,
      ...{ bucket: "b", virtual: false, prefix: "", region: "r", proxied: false, limit: undefined },
      keys: { id: "i", secret: "s", token: "t" },
      spool: dir.path,
    },
    ends.signal,
    { tries: 3, first: 1, longest: 1, timeout: 60_000 },
  );
  const as = {
    lock: { mode: "compliance" as const, until: "2027-01-01T00:00:00Z" },
    storageClass: "COLD",
  };
  await carry({ op: "put", name: "n", file: "v", size: 10, as });
  await carry({ op: "part", name: "n", upload: "u", number: 2, file: "v", from: 3, length: 4 });
  const whole = "84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882";
  const put = {
    "if-none-match": "*",
    "content-length": "10",
    "x-amz-checksum-sha256": Uint8Array.fromHex(whole).toBase64(),
    "x-amz-content-sha256": whole,
    "x-amz-storage-class": "COLD",
    "x-amz-object-lock-mode": "COMPLIANCE",
    "x-amz-security-token": "t",
    what: "PUT  0123456789",
  };
  assertEquals(asked.slice(0, 2), [put, put]);
  assertEquals(asked[2]?.what, "PUT ?partNumber=2&uploadId=u 3456");
  assertEquals([asked[2]?.["content-length"], asked[2]?.["if-none-match"]], ["4", null]);
  const governance = { lock: { mode: "governance" as const, until: as.lock.until } };
  await carry({ op: "put", name: "n", file: "v", size: 10, as: governance });
  assertEquals(asked[3]?.["x-amz-object-lock-mode"], "GOVERNANCE");
  ends.abort();
});

Deno.test("bundle wire: a volume of the spool that became shorter is told with what to do", () => {
  using dir = tempDir();
  Deno.writeTextFileSync(dir.at("volume"), "0123456789");
  const read = (length: number): number[] =>
    [...pieces({ path: dir.at("volume"), from: 0, length })].map((part) => part.length);
  assertEquals(read(10), [10]);
  const error = assertThrows(() => read(11), HikaeError, "shorter");
  assertEquals(error.id, "failed");
  assertStringIncludes(error.hint ?? "", "run it again");
});
