/** A mail server on this machine: encrypted from the first byte, or by STARTTLS, with one login. */

import { assert } from "@std/assert";
import { Buffer } from "node:buffer";
import { createServer, type Server, type Socket } from "node:net";
import { TLSSocket } from "node:tls";

/** Certificates for this machine's name, signed by an authority of their own, PEM. */
export interface Certificates {
  ca: string;
  cert: string;
  key: string;
}

/** True where `openssl` makes certificates. */
export const HAS_OPENSSL: boolean = has("openssl");

function has(program: string): boolean {
  try {
    return new Deno.Command(program, { args: ["version"] }).outputSync().success;
  } catch {
    return false;
  }
}

/** Makes certificates in a directory; `ca.pem` there is the authority's. */
export async function certificates(dir: string): Promise<Certificates> {
  const path = (name: string): string => `${dir}/${name}`;
  const openssl = async (...args: string[]): Promise<void> => {
    const done = await new Deno.Command("openssl", { args }).output();
    assert(done.success, new TextDecoder().decode(done.stderr));
  };
  const made = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const [ca, caKey, key, csr] = [path("ca.pem"), path("ca.key"), path("key"), path("csr")];
  await openssl("req", "-x509", ...made, "-keyout", caKey, "-out", ca, "-subj", "/CN=ca");
  await openssl("req", ...made, "-keyout", key, "-out", csr, "-subj", "/CN=localhost");
  Deno.writeTextFileSync(path("ext"), "subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n");
  const signed = ["-CA", ca, "-CAkey", caKey, "-CAcreateserial", "-extfile", path("ext")];
  await openssl("x509", "-req", "-in", csr, ...signed, "-out", path("cert"), "-days", "2");
  const text = (name: string): string => Deno.readTextFileSync(name);
  return { ca: text(ca), cert: text(path("cert")), key: text(key) };
}

/** A mail as it came. */
export interface CameMail {
  to: string[];
  /** The lines of its headers, unfolded. */
  headers: string[];
  /** Its parts, decoded: of a mail without attachments the text. */
  parts: { head: string; text: string }[];
}

/** The server; user "me" logs in by "right". */
export class MailDouble implements AsyncDisposable {
  /** Every line that came. */
  readonly got: string[] = [];
  /** Those that came before the encryption. */
  readonly clear: string[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Listens; one that `hangs` takes connections and says nothing. */
  static async start(
    { cert, key }: Certificates,
    { tls, hangs = false }: { tls: "tls" | "starttls"; hangs?: boolean },
  ): Promise<MailDouble> {
    const server = createServer();
    const double = new MailDouble(server);
    server.on("connection", (socket: Socket) => {
      double.#sockets.add(socket);
      socket.on("error", () => {});
      if (hangs) return;
      const secure = (): Socket => {
        const over = new TLSSocket(socket, { isServer: true, cert, key });
        over.on("error", () => socket.destroy());
        return over;
      };
      const first = tls === "tls" ? secure() : socket;
      first.write("220 here\r\n");
      double.#talk(first, tls === "tls" ? undefined : secure);
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return double;
  }

  /** The port it listens on. */
  get port(): number {
    const address = this.#server.address();
    assert(address !== null && typeof address === "object");
    return address.port;
  }

  #talk(socket: Socket, secure: (() => Socket) | undefined): void {
    const say = (line: string): void => void socket.write(`${line}\r\n`);
    let [rest, inData] = ["", false];
    const hear = (chunk: Buffer): void => {
      rest += chunk.toString("latin1");
      for (let end = rest.indexOf("\r\n"); end >= 0; end = rest.indexOf("\r\n")) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        (secure === undefined ? this.got : this.clear).push(line);
        if (inData && line !== ".") continue;
        if (secure !== undefined && line === "STARTTLS") {
          say("220 go on");
          socket.off("data", hear);
          return this.#talk(secure(), undefined);
        }
        say(answerOf(line, secure !== undefined));
        inData = line === "DATA";
      }
    };
    socket.on("data", hear);
  }

  /** The mails that came. */
  mails(): CameMail[] {
    const text = this.got.join("\n");
    return [...text.matchAll(/((?:RCPT [^\n]*\n)+)DATA\n(.*?)\n\.(?:\n|$)/gs)].map((
      [, to, mail],
    ) => ({
      to: [...(to ?? "").matchAll(/<(.*)>/g)].map((m) => m[1] ?? ""),
      ...partsOf(mail ?? ""),
    }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((done) => this.#server.close(() => done()));
  }
}

function answerOf(line: string, clear: boolean): string {
  if (line.startsWith("EHLO")) return `250-here\r\n250 ${clear ? "STARTTLS" : "AUTH PLAIN"}`;
  if (line.startsWith("AUTH")) {
    return line.endsWith(btoa("\0me\0right")) ? "235 ok" : "535 5.7.8 no";
  }
  if (line === "DATA") return "354 go on";
  return line === "QUIT" ? "221 bye" : "250 ok";
}

function partsOf(mail: string): Pick<CameMail, "headers" | "parts"> {
  const [head = "", body = ""] = split(mail);
  const headers = head.replace(/\n[ \t]/g, " ").split("\n");
  const boundary = /boundary="([^"]+)"/.exec(head)?.[1];
  const bodies = boundary === undefined
    ? [mail]
    : body.split(`--${boundary}`).slice(1, -1).map((part) => part.replace(/^\n/, ""));
  return {
    headers,
    parts: bodies.map((part) => {
      const [head = "", text = ""] = split(part);
      return { head, text: Buffer.from(text, "base64").toString("utf8") };
    }),
  };
}

function split(text: string): [string, string] {
  const at = text.indexOf("\n\n");
  return [text.slice(0, at), text.slice(at + 2)];
}
