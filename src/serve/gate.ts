/**
 * Who may ask: only the browser that followed the printed link, of this start, at the printed host (design, *hikae
 * serve*). Tokens are secrets of 256 bits; the link's is used once and exchanged for a cookie.
 * @module
 */

/** What the gate says of a request. */
export type Admission =
  | { kind: "in" }
  /** The link was followed now: the answer sets the cookie and goes on. */
  | { kind: "welcome"; cookie: string; next: readonly string[] }
  | { kind: "used" }
  | { kind: "out" }
  /** Another host than the printed one: somebody else's page, or a rebound name. */
  | { kind: "host" }
  | { kind: "origin" };

/** Gives a fresh secret: 64 hexadecimal digits. */
export type NewSecret = () => string;

/** Where a link leads, and who wants to know that it was followed. */
interface Link {
  next: readonly string[];
  followed?: () => void;
}

/** The secrets of one start. */
export class Gate {
  /** `127.0.0.1:PORT`, as printed. */
  readonly host: string;
  /** The first part of every address of this start: no secret, it only keeps starts apart. */
  readonly start: string;
  readonly #secret: NewSecret;
  readonly #cookie: string;
  /** Where each link leads, below this start. */
  readonly #links = new Map<string, Link>();
  readonly #used = new Set<string>();

  /** The gate of a server at `host`. */
  constructor(host: string, secret: NewSecret) {
    this.host = host;
    this.#secret = secret;
    this.start = secret().slice(0, 16);
    this.#cookie = secret();
  }

  /** The name of the cookie: of this start, so that two servers on one machine do not meet. */
  get cookieName(): string {
    return `hikae-${this.start}`;
  }

  /**
   * A link that lets one browser in, once, and leads to a page by the parts of its address below the start. `followed`
   * is called when that has happened.
   */
  newLink(next: readonly string[] = [""], followed?: () => void): string {
    const token = this.#secret();
    this.#links.set(token, { next, ...(followed === undefined ? {} : { followed }) });
    return `http://${this.host}/open/${token}`;
  }

  /** Looks at a request before anything else does. `parts` are those of its address. */
  admit(request: Request, parts: readonly string[]): Admission {
    if (request.headers.get("host") !== this.host) return { kind: "host" };
    // whoever only looks whether a link is good (HEAD) does not use it up
    const follows = request.method === "GET" && parts[0] === "open" && parts.length === 2;
    if (follows) return this.#follow(parts[1] ?? "");
    if (parts[0] !== this.start || !this.#knows(request)) return { kind: "out" };
    const changes = request.method !== "GET" && request.method !== "HEAD";
    if (changes && request.headers.get("origin") !== `http://${this.host}`) {
      return { kind: "origin" };
    }
    return { kind: "in" };
  }

  #follow(token: string): Admission {
    // a set is no place for a secret to be guessed in by time: it is asked with all 256 bits or not at all
    const link = this.#links.get(token);
    if (link === undefined) return { kind: this.#used.has(token) ? "used" : "out" };
    this.#links.delete(token);
    this.#used.add(token);
    const cookie =
      `${this.cookieName}=${this.#cookie}; Path=/${this.start}; HttpOnly; SameSite=Strict`;
    link.followed?.();
    return { kind: "welcome", cookie, next: link.next };
  }

  #knows(request: Request): boolean {
    const sent = (request.headers.get("cookie") ?? "").split(";").map((c) => c.trim());
    return sent.some((c) => isSame(c, `${this.cookieName}=${this.#cookie}`));
  }
}

/** Compares in a time that tells nothing of where two texts differ. */
export function isSame(a: string, b: string): boolean {
  let differs = a.length ^ b.length;
  for (let i = 0; i < b.length; i++) differs |= (a.charCodeAt(i) || 0) ^ b.charCodeAt(i);
  return differs === 0;
}
