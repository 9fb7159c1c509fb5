/** What all pages have: head, way back, find box; and how their parts are written. Pure. @module */

import { formatSize } from "../../base/size.ts";
import { printable } from "../../report/printable.ts";
import { languageTag, text } from "../../text/text.ts";
import { pathParts, writeAddress } from "../address.ts";
import type { ServedVault } from "../../base/vault_questions.ts";
import { type Html, html, type TemplateValue } from "../html.ts";

/** What pages are made with. */
export interface Site {
  /** The first part of every address. */
  start: string;
  vaults: readonly ServedVault[];
  /** Where files may be brought back, if they may. */
  restoreInto?: string;
  /** A first set-up is offered. */
  setup?: boolean;
  /** The secret first part of WebDAV addresses. */
  dav: string;
  /** `127.0.0.1:PORT`. */
  host: string;
}

/** Where a page stands. */
export interface PageLocation {
  title: string;
  /** The vault's index; absent above the vaults. */
  vault?: number;
  /** A path within it, shown as a way back. */
  path?: string;
  /** The snapshot of the way back. */
  at?: string;
  /** The snapshot's seal did not hold. */
  unproven?: boolean;
  /** The page asks for itself again after so many seconds. */
  reload?: number;
}

/** An address of this start. */
export function to(site: Site, parts: readonly (string | number)[], query = {}): string {
  return writeAddress([site.start, ...parts.map(String)], query);
}

/** An address within a vault: `tree`, `file`, … then a stamp if there is one, then the path. */
export function inVault(site: Site, vault: number, kind: string, ...rest: string[]): string {
  return to(site, ["v", vault, kind, ...rest]);
}

/** The style, for whoever is not let in too: nothing in it tells of a vault. */
export const OPEN_STYLE = "style.css";

/** A page without script and without a way back. */
export function bare(title: string, body: TemplateValue, head: TemplateValue = ""): Html {
  return html`
    <html lang="${languageTag()}">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        ${head}
        <title>${title}</title>
      </head>
      <body>
        <main>${body}</main>
      </body>
    </html>
  `;
}

/** A page. */
export function frame(site: Site, place: PageLocation, body: TemplateValue): Html {
  return html`
    <html lang="${languageTag()}">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        ${place.reload !== undefined &&
          html`<meta http-equiv="refresh" content="${place.reload}">`}
        <title>${place.title} - hikae</title>
        <link rel="icon" href="${to(site, ["icon.svg"])}" type="image/svg+xml">
        <link rel="stylesheet" href="${to(site, ["style.css"])}">
        <script src="${to(site, ["script.js"])}" defer></script>
      </head>
      <body>
        <a class="skip" href="#main">${text("serve.skip")}</a>
        <header>
        <nav aria-label="${text("serve.home")}">${crumbs(site, place)}</nav>
        ${place.vault === undefined ? "" : findBox(site, place.vault)}
            </header>
        <main id="main">
        <h1>${place.title}</h1>
        ${place.unproven === true && unprovenNote()}
        ${body}
            </main>
      </body>
    </html>
  `;
}

/** Stands where the body of a page that is sent in parts goes; no text makes it, as texts are escaped. */
const BODY = html`<!--body-->`;

/** A page up to its body, and what follows it: for one that is sent while its body is still asked for. */
export function framed(site: Site, place: PageLocation): [before: string, after: string] {
  const [before = "", after = ""] = frame(site, place, BODY).toString().split(BODY.toString());
  return [before, after];
}

/** Says that the seal of a snapshot did not hold. */
export function unprovenNote(): Html {
  return html`<p class="warn" role="alert">${text("serve.not-proven")}</p>`;
}

function crumbs(site: Site, { vault, path, at = "latest" }: PageLocation): TemplateValue {
  const home = html`<a href="${to(site, [""])}">${text("serve.home")}</a>`;
  if (vault === undefined) return home;
  const own = html`
    / <a href="${inVault(site, vault, "")}">${site.vaults[vault]?.name ?? ""}</a>
  `;
  const names = pathParts(path ?? "");
  const above = names.slice(0, -1).map((name, i) =>
    html`
      / <a href="${inVault(site, vault, "tree", at, ...names.slice(0, i + 1))}">${name}</a>
    `
  );
  return [home, own, above];
}

function findBox(site: Site, vault: number): Html {
  return html`
    <form class="find" role="search" method="get"
      action="${inVault(site, vault, "find")}"><label for="q">${text("serve.find-label")}</label>
    <input id="q" name="q" type="search" maxlength="400" autocomplete="off" required>
    <button>${text("serve.find")}</button></form>
  `;
}

/**
 * A table, its first column the names of its rows. One that says what the heading above it says shows no caption; of
 * versions a phone shows the columns that it has room for.
 */
export function table(
  caption: string,
  heads: readonly string[],
  rows: readonly TemplateValue[],
  kind: "plain" | "said" | "versions" = "plain",
): Html {
  return html`
    <div class="wide ${kind}">
      <table>
        <caption>${caption}</caption>
        <thead>
          <tr>${heads.map((h) => html`<th scope="col">${h}</th>`)}</tr>
        </thead>
        <tbody>${rows}</tbody>
      </table>
    </div>
  `;
}

/** `2026-11-21 07:38:16` of a stamp; anything else as it is. */
export function stampText(stamp: string): string {
  const m = /^(\d{4})(\d\d)(\d\d)_(\d\d)(\d\d)(\d\d)$/.exec(stamp);
  return m === null ? stamp : `${m[1]}-${m[2]}-${m[3]} ${m[4]}:${m[5]}:${m[6]}`;
}

/** A size for people; nothing for a directory. */
export function sizeText(size: number | null): string {
  return size === null ? "" : formatSize(size);
}

/** The day and minute of a time. */
export function timeText(time: string | null): string {
  return time === null ? "" : time.slice(0, 16).replace("T", " ");
}

/** How the same is done without the page. */
export function terminal(line: string): Html {
  return html`<p class="small">${text("serve.terminal")} <code>${line}</code></p>`;
}

/** A word of a command line as a shell takes it for one word: `~`, and `=` at the beginning, are read by some as more. */
export function quoted(word: string): string {
  if (printable(word) !== word) return `$'${[...word].map(written).join("")}'`;
  return /^[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+=:,./-]*$/.test(word)
    ? word
    : `'${word.replaceAll("'", "'\\''")}'`;
}

/** A path of a vault as such a word: one that begins as an option does is none. */
export function pathWord(path: string): string {
  return quoted(path.startsWith("-") ? `./${path}` : path);
}

/** A last word that is no path. */
export function lastWord(word: string): string {
  return word.startsWith("-") ? `-- ${quoted(word)}` : quoted(word);
}

/** A character within `$'…'`: what no page shows as it is, is written out. */
function written(c: string): string {
  if (c === "\\" || c === "'") return `\\${c}`;
  return printable(c) === c ? c : `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
