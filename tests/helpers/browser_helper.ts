/** A real headless browser, driven by its own debugging protocol; nothing of it is installed by the tests. */

import { join } from "@std/path";

/** What a page came to in the browser. */
export interface PageLook {
  /** Of the document's content, in CSS pixels. */
  scrollWidth: number;
  innerWidth: number;
  /** The background of the page, as the browser computed it. */
  background: string;
  /** The smallest font of any text that is shown, in CSS pixels. */
  smallestFont: number;
  /** Elements that end right of the window, as a path of tags. */
  overflowing: string[];
  /** What the browser logged: errors, refused loads, dialogs. */
  log: string[];
  /** Every address that was asked for besides the page's own. */
  requests: string[];
  title: string;
  png: Uint8Array;
}

/** How a page is looked at. */
export interface PageOptions {
  width: number;
  dark: boolean;
}

const NAMES = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/** The path of a browser; undefined where there is none. */
export function findBrowser(): string | undefined {
  for (const dir of (Deno.env.get("PATH") ?? "").split(":")) {
    for (const name of NAMES) {
      const path = join(dir, name);
      try {
        if (Deno.statSync(path).isFile) return path;
      } catch {
        // the next one
      }
    }
  }
  return undefined;
}

type Json = Record<string, unknown>;

/** A browser that is running. */
export class Browser implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #dir: string;
  readonly #socket: WebSocket;
  #next = 1;
  readonly #waiting = new Map<number, (result: Json) => void>();
  #onEvent: (method: string, params: Json) => void = () => {};

  private constructor(child: Deno.ChildProcess, dir: string, socket: WebSocket) {
    this.#child = child;
    this.#dir = dir;
    this.#socket = socket;
    socket.onmessage = (event: MessageEvent<string>): void => {
      const m = JSON.parse(event.data) as Json;
      if (typeof m.id === "number") this.#waiting.get(m.id)?.((m.result ?? m.error ?? {}) as Json);
      else this.#onEvent(String(m.method), (m.params ?? {}) as Json);
    };
  }

  /** Starts the browser at `path` with one empty page. */
  static async start(path: string): Promise<Browser> {
    const dir = Deno.makeTempDirSync({ prefix: "hikae-browser-" });
    const child = new Deno.Command(path, {
      args: [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--hide-scrollbars",
        "--remote-debugging-port=0",
        `--user-data-dir=${dir}`,
        "about:blank",
      ],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const port = await portOf(dir);
    const pages = await (await fetch(`http://127.0.0.1:${port}/json/list`)).json() as Json[];
    const page = pages.find((p) => p.type === "page");
    const socket = new WebSocket(String(page?.webSocketDebuggerUrl));
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = reject;
    });
    return new Browser(child, dir, socket);
  }

  #send(method: string, params: Json = {}): Promise<Json> {
    const id = this.#next++;
    const answer = new Promise<Json>((resolve) => this.#waiting.set(id, resolve));
    this.#socket.send(JSON.stringify({ id, method, params }));
    return answer;
  }

  /** Evaluates an expression in the page; waits for it when it is a promise. */
  async evaluate(expression: string): Promise<unknown> {
    const answer = await this.#send("Runtime.evaluate", {
      expression,
      returnByValue: true,
      awaitPromise: true,
    });
    return (answer.result as Json | undefined)?.value;
  }

  /** Presses and releases a key. */
  async press(key: string): Promise<void> {
    const text = key.length === 1 ? { text: key } : {};
    await this.#send("Input.dispatchKeyEvent", { type: "keyDown", key, ...text });
    await this.#send("Input.dispatchKeyEvent", { type: "keyUp", key });
  }

  /** Opens a file, or an address, and tells how it looks. */
  async look(place: string, { width, dark }: PageOptions): Promise<PageLook> {
    const url = place.startsWith("http:") ? place : `file://${place}`;
    const log: string[] = [];
    const requests: string[] = [];
    const loaded = Promise.withResolvers<void>();
    this.#onEvent = (method, params): void => {
      if (method === "Page.loadEventFired") loaded.resolve();
      else if (method === "Network.requestWillBeSent") {
        const url = String((params.request as Json).url);
        const own = url.startsWith("file:") && url.endsWith(".html");
        if (!own && new URL(url).origin !== new URL(place, "file:///").origin) requests.push(url);
      } else if (method !== "Page.frameNavigated" && /^(Log|Runtime|Page\.java)/.test(method)) {
        if (!method.startsWith("Runtime.executionContext")) log.push(JSON.stringify(params));
      }
    };
    for (const domain of ["Page", "Runtime", "Log", "Network"]) {
      await this.#send(`${domain}.enable`);
    }
    await this.#send("Emulation.setDeviceMetricsOverride", {
      width,
      height: 800,
      deviceScaleFactor: 1,
      mobile: width < 600,
    });
    const value = dark ? "dark" : "light";
    await this.#send("Emulation.setEmulatedMedia", {
      features: [{ name: "prefers-color-scheme", value }],
    });
    await this.#send("Page.navigate", { url });
    await loaded.promise;
    const answer = await this.#send("Runtime.evaluate", {
      expression: `(${measure.toString()})()`,
      returnByValue: true,
    });
    const found = (answer.result as Json).value as Omit<PageLook, "log" | "requests" | "png">;
    const shot = await this.#send("Page.captureScreenshot", { captureBeyondViewport: true });
    return { ...found, log, requests, png: Uint8Array.fromBase64(String(shot.data)) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#socket.onclose = resolve);
    void this.#send("Browser.close");
    await this.#child.status;
    await closed;
    Deno.removeSync(this.#dir, { recursive: true });
  }
}

/** The port that the browser chose, once it says so. */
async function portOf(dir: string): Promise<string> {
  for (let tries = 0; tries < 6000; tries++) {
    try {
      const text = Deno.readTextFileSync(join(dir, "DevToolsActivePort"));
      if (text.includes("\n")) return text.split("\n")[0] ?? "";
    } catch {
      // not yet
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the browser did not start");
}

/** Runs in the page. */
function measure(): Omit<PageLook, "log" | "requests" | "png"> {
  // deno-lint-ignore no-explicit-any -- the page's globals are no Deno's
  const page = globalThis as any;
  const { document } = page;
  const all = [...document.querySelectorAll("body *")];
  const shown = all.filter((e) => e.getClientRects().length > 0);
  const fonts = shown.filter((e) =>
    [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())
  )
    .filter((e) => e.closest("svg") === null)
    .map((e) => parseFloat(page.getComputedStyle(e).fontSize));
  return {
    scrollWidth: document.documentElement.scrollWidth,
    innerWidth: page.innerWidth,
    background: page.getComputedStyle(document.body).backgroundColor,
    smallestFont: Math.min(...fonts),
    overflowing: shown.filter((e) =>
      e.getBoundingClientRect().right > page.innerWidth + 0.5 && e.closest("svg") === null
    ).map((e) => `${e.tagName}.${e.className}`),
    title: document.title,
  };
}
