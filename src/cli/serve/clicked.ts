/** `serve --clicked FILE`: what a file manager says was clicked on. One server answers all clicks. @module */

import { systemText } from "../../base/system_text.ts";
import { defined } from "../../base/defined.ts";
import { HikaeError } from "../../base/errors.ts";
import { dirname, fromFileUrl, relative, resolve } from "@std/path";
import { META } from "../../vault/names.ts";
import { text } from "../../text/text.ts";
import type { Context } from "../command.ts";
import { StateDir } from "../state.ts";
import { enclosingVault } from "../places/enclosing_vault.ts";
import { findVaults, isVault } from "../places/find_vaults.ts";
import { originalPlace } from "../lookup/originals.ts";
import { type AskedLink, askServer } from "./ask_server.ts";
import { ClickPlace } from "./click_place.ts";
import { isDirectory, type OpensAt, vaultsOfOriginal } from "./first_page.ts";
import { noticePage, type OpenerFile, openerPage, openFile, writeOpener } from "./open_page.ts";
import { type ServedPlace, servedVaults } from "./served.ts";

/** How long a server that is being started is waited for, ms; and how long between two looks. */
const LONGEST = 10_000;
const BETWEEN = 100;

/** A place that a click leads to, and the vaults that hold it. */
interface ClickedPlace {
  at: OpensAt;
  vaults: readonly string[];
}

/** What a click starts, where no server runs yet. */
export interface ClickServer {
  vaults: readonly ServedPlace[];
  opensAt: OpensAt;
  /** Where the next click finds it; absent beside another server. */
  place?: ClickPlace;
}

/** Opens what was clicked on: by the server of an earlier click, or by a new one. What goes wrong is shown in the browser. */
export async function openClicked(
  given: Context,
  serve: (context: Context, how: ClickServer) => Promise<number>,
): Promise<number> {
  const context = asClicked(given);
  try {
    const clicked = await placeOf(context);
    const place = new ClickPlace(context.env);
    const first = place.take();
    const link = first ? undefined : await linkOf(place, clicked.at, context.signal);
    if (link !== undefined) return await follow(context, link);
    const vaults = await vaultsFor(context, clicked);
    // beside a server that does not know this vault, another one serves
    return await serve(context, {
      vaults,
      opensAt: clicked.at,
      ...defined({ place: first ? place : undefined }),
    });
  } catch (error) {
    await showProblem(context, error);
    throw error;
  }
}

/**
 * The line with what was clicked on as a path from the root, so that no name is taken for a job or a flag. Some file
 * managers give a name of their directory, some an address.
 */
function asClicked(context: Context): Context {
  const { parsed, cwd } = context;
  const [word = ""] = parsed.args;
  const path = /^file:\/\/\//.test(word) ? fromUrl(word) : word;
  return { ...context, parsed: { ...parsed, args: [resolve(cwd, path)] } };
}

function fromUrl(word: string): string {
  try {
    return fromFileUrl(word);
  } catch {
    // no address after all
    return word;
  }
}

/** A file of a vault is that vault's; any other one is looked for in the vaults that this machine knows. */
async function placeOf(context: Context): Promise<ClickedPlace> {
  const [word = ""] = context.parsed.args;
  const real = originalPlace(context.cwd, word) ?? word;
  const vault = enclosingVault(real);
  if (vault !== undefined) return { at: inVault(vault, real), vaults: [vault] };
  const held = await vaultsOfOriginal(context, word, real);
  if (held !== undefined) return { at: held.opensAt, vaults: held.vaults };
  const below = findVaults(real);
  const [root] = below;
  if (root !== undefined) return { at: { root, path: "", directory: true }, vaults: below };
  throw new HikaeError("no_vault", text("original.nowhere"), {
    path: word,
    hint: text("serve.click-nowhere-hint"),
  });
}

/** The page of a file of the mirror; marks and records have none, so the directory that they are of is shown. */
function inVault(root: string, real: string): OpensAt {
  const names = relative(root, real).split(/[/\\]/);
  const meta = names.indexOf(META);
  const path = (meta < 0 ? names : names.slice(0, meta)).join("/");
  return { root, path, directory: meta >= 0 || isDirectory(real) };
}

/** All vaults that this machine knows, so that the next click finds its own among them. */
async function vaultsFor(context: Context, { vaults }: ClickedPlace): Promise<ServedPlace[]> {
  const known = Object.keys(new StateDir(context.env).knownVaults()).filter(isVault);
  const named = (args: readonly string[]): Promise<ServedPlace[]> =>
    servedVaults({ ...context, parsed: { ...context.parsed, args } });
  const all = [...await named([...vaults, ...known]), ...await named([]).catch(() => [])];
  return all.filter((p, i) => all.findIndex((q) => q.root === p.root) === i);
}

/** A link of the server that runs; it may be one that has just begun. */
async function linkOf(
  place: ClickPlace,
  at: OpensAt,
  signal: AbortSignal,
): Promise<AskedLink | undefined> {
  for (let waited = 0; waited < LONGEST && !signal.aborted; waited += BETWEEN) {
    const note = place.read();
    if (note !== undefined) return await askServer(note, at);
    await new Promise((go) => setTimeout(go, BETWEEN));
  }
  return undefined;
}

async function follow(context: Context, { url, followed }: AskedLink): Promise<number> {
  const opener = writeOpener(homeOf(context), openerPage(url));
  try {
    if (!await openFile(context, opener.file)) {
      throw new HikaeError("failed", text("serve.no-browser"));
    }
    await Promise.race([followed, opener.gone]);
    return 0;
  } finally {
    opener.remove();
  }
}

/** Nobody reads what a file manager's child prints: what went wrong is a page as well. */
async function showProblem(context: Context, error: unknown): Promise<void> {
  const { hint, path } = error instanceof HikaeError ? error : { hint: undefined, path: undefined };
  let opener: OpenerFile | undefined;
  try {
    const lines = [path ?? "", systemText(error), hint ?? ""].filter((line) => line !== "");
    opener = writeOpener(homeOf(context), noticePage(text("serve.failed-title"), lines));
    if (await openFile(context, opener.file)) await Promise.race([opener.gone, stopped(context)]);
  } catch {
    // it is still said where nobody may be reading
  } finally {
    opener?.remove();
  }
}

function stopped({ signal }: Context): Promise<void> {
  return new Promise((done) => signal.addEventListener("abort", () => done(), { once: true }));
}

function homeOf({ env }: Context): string {
  return env(Deno.build.os === "windows" ? "USERPROFILE" : "HOME") ?? dirname(Deno.execPath());
}
