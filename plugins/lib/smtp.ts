/**
 * Hands a mail to a server (SMTP with TLS from the first byte, or STARTTLS before anything that is secret). Nothing is
 * sent without encryption, and no error of it holds a password.
 * @module
 */

import { say } from "./mail_words.ts";
import { type Mail, mailText, plainAddress } from "./mime.ts";

/** A server and who writes. */
export interface MailServer {
  host: string;
  port: number;
  /** `tls` from the first byte (465), `starttls` after a greeting in the clear (587). */
  tls: "starttls" | "tls";
  user?: string | undefined;
  password?: string | undefined;
  /** Certificates to trust besides those of the runtime, PEM. */
  caCerts?: string[];
}

/** A server that says nothing for so long is given up, ms. */
const SILENT_MS = 20_000;
/** The longest reply, in characters. */
const LONGEST = 64 * 1024;

/** A mail that was not sent: where, at which step, and why. */
class MailFailure extends Error {
  constructor(...what: string[]) {
    super(say("send", { what: what.join(": ") }));
  }
}

/** Sends a mail; throws what the server said, or that it said nothing. */
export async function sendMail(
  server: MailServer,
  mail: Mail,
  signal: AbortSignal,
  silentMs = SILENT_MS,
): Promise<void> {
  const talk = await Talk.open(server, signal, silentMs);
  try {
    await talk.login(server);
    await talk.say(`MAIL FROM:<${plainAddress(mail.from)}>`, 250);
    for (const to of mail.to) await talk.say(`RCPT TO:<${plainAddress(to)}>`, 250);
    await talk.say("DATA", 354);
    await talk.say(`${mailText(mail)}\r\n.`, 250, say("mail"));
    // it has the mail; whether it says good-bye is all the same
    await talk.say("QUIT", 221).catch(() => {});
  } finally {
    talk.close();
  }
}

/** A connection, line by line. */
class Talk {
  #conn: Deno.Conn;
  readonly #where: string;
  readonly #signal: AbortSignal;
  readonly #silentMs: number;
  #rest = "";
  #offers: string[] = [];

  private constructor(conn: Deno.Conn, where: string, signal: AbortSignal, silentMs: number) {
    this.#conn = conn;
    this.#where = where;
    this.#signal = signal;
    this.#silentMs = silentMs;
  }

  /** Connects, greets, and is encrypted when this returns. */
  static async open(server: MailServer, signal: AbortSignal, silentMs: number): Promise<Talk> {
    const { host: hostname, port, caCerts = [] } = server;
    const where = `${hostname}:${port}`;
    const dial = server.tls === "tls"
      ? encrypted(Deno.connectTls({ hostname, port, caCerts }))
      : Deno.connect({ hostname, port });
    const talk = new Talk(await dialled(dial, where, signal, silentMs), where, signal, silentMs);
    try {
      await talk.#hear(220, say("greeting"));
      await talk.#greet();
      if (server.tls === "starttls") await talk.#encrypt(hostname, caCerts);
      return talk;
    } catch (error) {
      talk.close();
      throw error;
    }
  }

  async #greet(): Promise<void> {
    const lines = await this.say("EHLO hikae", 250);
    this.#offers = lines.slice(1).map((line) => line.toUpperCase());
  }

  async #encrypt(hostname: string, caCerts: string[]): Promise<void> {
    if (!this.#offers.includes("STARTTLS")) {
      throw new MailFailure(this.#where, say("no-starttls"));
    }
    await this.say("STARTTLS", 220);
    // what came before the encryption could have been put there by anybody
    if (this.#rest !== "") throw new MailFailure(this.#where, say("two-replies"));
    const secure = await Deno.startTls(this.#conn as Deno.TcpConn, { hostname, caCerts });
    this.#conn = secure;
    await this.#within(secure.handshake(), say("encryption"));
    await this.#greet();
  }

  /** Says who writes, where a user is given. */
  async login({ user, password = "" }: MailServer): Promise<void> {
    if (user === undefined) return;
    const ways = this.#offers.find((line) => line.startsWith("AUTH "))?.split(" ") ?? [];
    if (ways.includes("PLAIN")) {
      await this.say(`AUTH PLAIN ${base64(`\0${user}\0${password}`)}`, 235, say("login"));
    } else if (ways.includes("LOGIN")) {
      await this.say("AUTH LOGIN", 334, say("login"));
      await this.say(base64(user), 334, say("login"));
      await this.say(base64(password), 235, say("login"));
    } else throw new MailFailure(this.#where, say("no-login"));
  }

  /** Says a line and hears the reply; `what` names it where the line itself is not to be told. */
  async say(line: string, code: number, what = line): Promise<string[]> {
    const bytes = new TextEncoder().encode(`${line}\r\n`);
    for (let at = 0; at < bytes.length;) {
      at += await this.#within(this.#conn.write(bytes.subarray(at)), what);
    }
    return await this.#hear(code, what);
  }

  async #hear(code: number, what: string): Promise<string[]> {
    const lines: string[] = [];
    for (;;) {
      const line = await this.#line(what);
      lines.push(line.slice(4));
      if (!/^\d{3}-/.test(line)) {
        if (line.startsWith(String(code)) || (code === 250 && line.startsWith("251"))) return lines;
        throw new MailFailure(this.#where, what, line.slice(0, 200));
      }
      if (lines.length > 100) throw new MailFailure(this.#where, say("endless-reply"));
    }
  }

  async #line(what: string): Promise<string> {
    const buffer = new Uint8Array(4096);
    for (;;) {
      const end = this.#rest.indexOf("\n");
      if (end >= 0) {
        const line = this.#rest.slice(0, end).replace(/\r$/, "");
        this.#rest = this.#rest.slice(end + 1);
        return line;
      }
      const n = await this.#within(this.#conn.read(buffer), what);
      if (n === null) throw new MailFailure(this.#where, what, say("hung-up"));
      this.#rest += new TextDecoder("latin1").decode(buffer.subarray(0, n));
      if (this.#rest.length > LONGEST) {
        throw new MailFailure(this.#where, say("endless-line"));
      }
    }
  }

  async #within<T>(work: Promise<T>, what: string): Promise<T> {
    return await within(work, `${this.#where}: ${what}`, this.#signal, this.#silentMs);
  }

  /** Hangs up. */
  close(): void {
    try {
      this.#conn.close();
    } catch {
      // it is closed
    }
  }
}

/** A connection whose certificate was looked at. */
async function encrypted(dial: Promise<Deno.TlsConn>): Promise<Deno.Conn> {
  const conn = await dial;
  try {
    await conn.handshake();
    return conn;
  } catch (error) {
    conn.close();
    throw error;
  }
}

/** Connects; one that comes after it was given up is closed. */
async function dialled(
  dial: Promise<Deno.Conn>,
  where: string,
  signal: AbortSignal,
  silentMs: number,
): Promise<Deno.Conn> {
  try {
    return await within(dial, where, signal, silentMs);
  } catch (error) {
    dial.then((conn) => conn.close(), () => {});
    throw error;
  }
}

async function within<T>(
  work: Promise<T>,
  what: string,
  signal: AbortSignal,
  silentMs: number,
): Promise<T> {
  const given = Promise.withResolvers<never>();
  const giveUp = (): void => given.reject(new MailFailure(what, say("no-answer")));
  const timer = setTimeout(giveUp, silentMs);
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    return await Promise.race([work, given.promise]);
  } catch (cause) {
    if (cause instanceof MailFailure) throw cause;
    throw new MailFailure(what, cause instanceof Error ? cause.message : String(cause));
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", giveUp);
    work.catch(() => {});
  }
}

function base64(text: string): string {
  return new TextEncoder().encode(text).toBase64();
}
