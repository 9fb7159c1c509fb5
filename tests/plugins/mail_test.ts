/** The plugin `hikae:mail` against a mail server on this machine, encrypted: what it sends, and what goes wrong. */

import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { encodedWords, mailText, plainAddress } from "../../plugins/lib/mime.ts";
import { type MailServer, sendMail } from "../../plugins/lib/smtp.ts";
import { tempDir } from "../helpers/cli_helper.ts";
import { certificates, HAS_OPENSSL, MailDouble } from "./mail_double.ts";

const MAIL = {
  from: "me@example.com",
  to: ["a@example.com", "b@example.com"],
  subject: "hikae 書類: failed\r\nBcc: x@y.z",
  text: "1 行目\n.\nSubject: no",
  time: Date.UTC(2026, 10, 29),
};

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
    await using double = await MailDouble.start(certs, { tls: "tls" });
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
    await using later = await MailDouble.start(certs, { tls: "starttls" });
    const starttls = { ...server, port: later.port, tls: "starttls" as const };
    await sendMail(starttls, MAIL, new AbortController().signal);
    assertEquals(later.clear, ["EHLO hikae", "STARTTLS"]);
    assertEquals(later.mails().length, 1);
    assertMatch(await failure({ ...starttls, caCerts: [] }), /certificate/);
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
  const lines = mailText({ ...MAIL, attached: [{ name: "a\r\nb.txt", text: "x" }] }).split("\r\n");
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
