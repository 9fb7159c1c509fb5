/** What the page answers: one request in, one answer out, by way of questions to vaults (design, *hikae serve*). @module */

import { systemText } from "../base/system_text.ts";
import { defined } from "../base/defined.ts";
import { HikaeError } from "../base/errors.ts";
import { text } from "../text/text.ts";
import { type Address, readAddress } from "./address.ts";
import { clickResponse } from "./click.ts";
import { davResponse } from "./dav.ts";
import { type Admission, isSame } from "./gate.ts";
import { asset, page, plain } from "./http.ts";
import { OPEN_STYLE, type Site } from "./pages/frame.ts";
import { homePage, logPage, type VaultLook } from "./pages/home.ts";
import { closedPage, outPage, welcomePage } from "./pages/small.ts";
import { SERVE_SCRIPT } from "./script.ts";
import { SERVE_ICON, SERVE_STYLE } from "./style.ts";
import { setupResponse } from "./setup.ts";
import { failed, failedPlainly, notFound, type Server, SOON } from "./serving.ts";
import { vaultResponse } from "./vault_pages.ts";

/** Answers a request; never throws. */
export async function respond(server: Server, request: Request): Promise<Response> {
  try {
    const answer = await route(server, request);
    return request.method === "HEAD" && answer.body !== null
      ? new Response(nothing(), { status: answer.status, headers: answer.headers })
      : answer;
  } catch (error) {
    if (error instanceof HikaeError && error.id === "no_such_path") return notFound(server.site);
    return failed(server.site, error);
  }
}

/** The body of an answer to HEAD, of a length that is not told: without a body it would be told as 0. */
function nothing(): ReadableStream {
  return new ReadableStream({ start: (body) => body.close() });
}

async function route(server: Server, request: Request): Promise<Response> {
  const { gate, site } = server;
  const address = readAddress(request.url);
  if (address === undefined) return plain(400, text("serve.bad-address"));
  const { parts } = address;
  if (request.headers.get("host") === gate.host && isSame(parts[0] ?? "", site.dav)) {
    return await dav(server, request, address);
  }
  if (server.click !== undefined && parts[0] === "click" && parts.length === 1) {
    return await clickResponse(server, request);
  }
  const admission = gate.admit(request, parts);
  if (admission.kind === "out" && parts.length === 1 && parts[0] === OPEN_STYLE) {
    return asset(SERVE_STYLE, "text/css");
  }
  if (admission.kind !== "in") return closed(server, admission);
  if (!["GET", "HEAD", "POST"].includes(request.method)) {
    return plain(405, text("serve.methods"), { allow: "GET, HEAD, POST" });
  }
  const asked = { ...address, parts: trimmed(parts.slice(1)) };
  const [kind] = asked.parts;
  if (kind === undefined) return await home(server);
  if (kind === "style.css") return asset(SERVE_STYLE, "text/css");
  if (kind === "script.js") return asset(SERVE_SCRIPT, "text/javascript");
  if (kind === "icon.svg") return asset(SERVE_ICON, "image/svg+xml");
  if (kind === "log") return await log(server, asked.parts[1]);
  if (kind === "setup") return await setupResponse(server, request, asked.parts[1]);
  if (kind !== "v") return notFound(site);
  const vault = vaultIndex(site, asked.parts[1]);
  return vault === undefined
    ? notFound(site)
    : await vaultResponse(server, request, vault, { ...asked, parts: asked.parts.slice(2) });
}

/** Without the empty part that a slash at the end leaves. */
function trimmed(parts: readonly string[]): string[] {
  return parts.at(-1) === "" ? parts.slice(0, -1) : [...parts];
}

function vaultIndex({ vaults }: Site, part: string | undefined): number | undefined {
  const index = /^\d{1,6}$/.test(part ?? "") ? Number(part) : -1;
  return vaults[index] === undefined ? undefined : index;
}

async function home(server: Server): Promise<Response> {
  const { site, soon = SOON } = server;
  // a drive that hangs holds up whoever asks how the jobs stand: the vaults are shown without that
  const standing = inTime(server.jobs(), 2 * soon).catch(() => []);
  const looks = await Promise.all(site.vaults.map(async (_, i): Promise<VaultLook> => {
    try {
      return await inTime(server.ask(i, "facts", {}), soon);
    } catch (error) {
      return { problem: systemText(error) };
    }
  }));
  return page(homePage(site, looks, await standing));
}

async function log(server: Server, job: string | undefined): Promise<Response> {
  if (job === undefined) return notFound(server.site);
  const lines = await server.log(job);
  return page(logPage(server.site, job, lines), lines === undefined ? 404 : 200);
}

/** An answer, if it comes in time; throws otherwise. */
async function inTime<T>(answer: Promise<T>, ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new HikaeError("failed", text("serve.silent"))), ms);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function dav(server: Server, request: Request, { parts }: Address): Promise<Response> {
  const m = /^dav(\d{0,6})$/.exec(parts[1] ?? "");
  const vault = m === null ? undefined : vaultIndex(server.site, m[1] === "" ? "0" : m[1]);
  if (vault === undefined) return plain(404, text("serve.no-such-vault"));
  const [at, ...names] = trimmed(parts.slice(2));
  const asked = {
    request,
    vault,
    base: parts.slice(0, 2),
    ...defined({ at }),
    path: names.join("/"),
  };
  try {
    return await davResponse(server, asked);
  } catch (error) {
    return failedPlainly(error);
  }
}

/** The address may hold a token: it is told to nobody, the style's own address neither. */
const UNTOLD = { "referrer-policy": "no-referrer" };

/** Answers to who is not let in; nothing on them tells more than that. */
function closed({ site, click }: Server, admission: Exclude<Admission, { kind: "in" }>): Response {
  switch (admission.kind) {
    case "welcome":
      return page(welcomePage(site, admission.next), 200, {
        "set-cookie": admission.cookie,
        ...UNTOLD,
      });
    case "used":
      return page(
        closedPage(text("serve.link-used-title"), usedText(click !== undefined)),
        410,
        UNTOLD,
      );
    case "out":
      return page(outPage(click !== undefined), 403, UNTOLD);
    case "host":
      return plain(421, text("serve.other-address"));
    case "origin":
      return plain(403, text("serve.not-from-page"));
  }
}

/** A server that a click started has no window to press Enter in. */
function usedText(clicked: boolean): string {
  return text(clicked ? "serve.link-used-clicked" : "serve.link-used");
}
