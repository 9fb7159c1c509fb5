/** The plugin `hikae:mail` against a mail server on this machine, encrypted: what it sends, and what goes wrong. */

import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { encodedWords, mailText, plainAddress } from "../../plugins/lib/mime.ts";
import { type MailServer, sendMail } from "../../plugins/lib/smtp.ts";
import { tempDir } from "../helpers/cli_helper.ts";

const MAIL = {
  from: "me@example.com",
  to: ["a@example.com", "b@example.com"],
  subject: "hikae 書類: failed\r\nBcc: x@y.z",
  text: "1 行目\n.\nSubject: no",
  time: Date.UTC(2026, 10, 29),
};

/** Certificates for this machine's name, signed by an authority of their own. */
interface Certificates {
  ca: string;
  cert: string;
  key: string;
}

const HAS_OPENSSL = await has("openssl");

async function has(program: string): Promise<boolean> {
  try {
    return (await new Deno.Command(program, { args: ["version"] }).output()).success;
  } catch {
    return false;
  }
}

async function certificates(dir: string): Promise<Certificates> {
  const path = (name: string): string => `${dir}/${name}`;
  const openssl = async (...args: string[]): Promise<void> => {
    const done = await new Deno.Command("openssl", { args }).output();
    assert(done.success, new TextDecoder().decode(done.stderr));
  };
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const [ca, caKey] = [path("ca.pem"), path("ca.key")];
  await openssl("req", "-x509", ...key, "-keyout", caKey, "-out", ca, "-subj", "/CN=ca");
  await openssl(
    "req",
    ...key,
    "-keyout",
    path("key"),
    "-out",
    path("csr"),
    "-subj",
    "/CN=localhost",
  );
  Deno.writeTextFileSync(path("ext"), "subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n");
  const signed = ["-CA", ca, "-CAkey", caKey, "-CAcreateserial", "-extfile", path("ext")];
  await openssl("x509", "-req", "-in", path("csr"), ...signed, "-out", path("cert"), "-days", "2");
  const text = (name: string): string => Deno.readTextFileSync(name);
  return { ca: text(ca), cert: text(path("cert")), key: text(path("key")) };
}

/** A mail server that takes one login; `got` is every line that it heard. */
class Double implements AsyncDisposable {
  readonly got: string[] = [];
  readonly #listener: Deno.TlsListener;
  readonly #done: Promise<void>;
  readonly #talks: Promise<void>[] = [];

  constructor({ cert, key }: Certificates) {
    this.#listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert, key });
    this.#done = this.#serve();
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  async #serve(): Promise<void> {
    for (;;) {
      try {
        const conn = await this.#listener.accept();
        // reading to the end, or an error, has closed it already
        const closed = this.#talk(conn).finally(() => conn.close()).catch(() => {});
        this.#talks.push(closed);
      } catch (error) {
        if (error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted) {
          return;
        }
      }
    }
  }

  async #talk(conn: Deno.TlsConn): Promise<void> {
    const say = async (line: string): Promise<void> => {
      await conn.write(new TextEncoder().encode(`${line}\r\n`));
    };
    const lines = conn.readable.pipeThrough(new TextDecoderStream());
    await say("220 here");
    let [rest, inData] = ["", false];
    for await (const chunk of lines) {
      rest += chunk;
      for (let end = rest.indexOf("\r\n"); end >= 0; end = rest.indexOf("\r\n")) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        this.got.push(line);
        if (inData && line !== ".") continue;
        await say(answerOf(line));
        if (line === "QUIT") return;
        inData = line === "DATA";
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#done;
    await Promise.all(this.#talks);
  }
}

function answerOf(line: string): string {
  if (line.startsWith("EHLO")) return "250-here\r\n250 AUTH PLAIN";
  if (line.startsWith("AUTH")) {
    return line.endsWith(btoa("\0me\0right")) ? "235 ok" : "535 5.7.8 no";
  }
  if (line === "DATA") return "354 go on";
  return line === "QUIT" ? "221 bye" : "250 ok";
}

async function failure(server: MailServer, silentMs?: number): Promise<string> {
  const never = new AbortController().signal;
  return (await assertRejects(() => sendMail(server, MAIL, never, silentMs), Error)).message;
}

Deno.test({
  name:
    "mail: it is sent encrypted, to each address, and a wrong certificate or login is told without the password",
  ignore: !HAS_OPENSSL,
  fn: async () => {
    using dir = tempDir();
    const certs = await certificates(dir.path);
    await using double = new Double(certs);
    const server: MailServer = {
      host: "localhost",
      port: double.port,
      tls: "tls",
      user: "me",
      password: "right",
      caCerts: [certs.ca],
    };
    await sendMail(server, MAIL, new AbortController().signal);
    assertEquals(double.got.filter((line) => line.startsWith("RCPT")), [
      "RCPT TO:<a@example.com>",
      "RCPT TO:<b@example.com>",
    ]);
    assertEquals(double.got.filter((line) => /^(bcc|x@y)/i.test(line)), []);
    assertMatch(await failure({ ...server, caCerts: [] }), /certificate/);
    const refused = await failure({ ...server, password: "hush" });
    assertMatch(refused, /the login: 535/);
    assert(!refused.includes("hush") && !refused.includes(btoa("\0me\0hush")), refused);
  },
});

Deno.test("mail: a server that says nothing is given up, and one without STARTTLS gets no word", async () => {
  const hangs = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const plain = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const taken: Deno.Conn[] = [];
  const accepted = hangs.accept().then((conn) => taken.push(conn));
  const answered = plain.accept().then(async (conn) => {
    taken.push(conn);
    const buffer = new Uint8Array(1000);
    await conn.write(new TextEncoder().encode("220 here\r\n"));
    await conn.read(buffer);
    await conn.write(new TextEncoder().encode("250 here\r\n"));
  });
  const server = { host: "127.0.0.1", tls: "starttls" as const, user: "me", password: "hush" };
  assertMatch(await failure({ ...server, port: hangs.addr.port }, 100), /no answer/);
  assertMatch(await failure({ ...server, port: plain.addr.port }), /does not offer STARTTLS/);
  await Promise.all([accepted, answered]);
  for (const conn of [...taken, hangs, plain]) conn.close();
});

Deno.test("mail: what stands in a subject, a text or an address begins no header and no line", () => {
  const lines = mailText({ ...MAIL, attached: { name: "a\r\nb.txt", text: "x" } }).split("\r\n");
  assertEquals(lines.filter((line) => /^(bcc|\.)/i.test(line)), []);
  assertEquals(lines.filter((line) => line.startsWith("Subject:")).length, 1);
  assert(lines.every((line) => line.length <= 90), lines.join("\n"));
  assertThrows(() => plainAddress("a@b.c>\r\nRCPT TO:<x@y.z"), Error, "not an address");
  assertEquals(encodedWords("hikae documents: done"), "hikae documents: done");
  const words = encodedWords("控え".repeat(40)).split("\r\n ");
  assert(
    words.length > 1 && words.every((word) => word.length <= 75 && word.startsWith("=?utf-8?B?")),
  );
});
