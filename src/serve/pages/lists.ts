/** Pages that are lists: what was found, what was deleted, what a run did, where the space went. Pure. @module */

import { text } from "../../text/text.ts";
import { pathParts } from "../address.ts";
import type { ChangeFacts, Cut, VaultQuestions, VersionFacts } from "../../base/vault_questions.ts";
import { type Html, html } from "../html.ts";
import { versionState } from "./file.ts";
import {
  frame,
  inVault,
  lastWord,
  quoted,
  type Site,
  sizeText,
  stampText,
  table,
  terminal,
} from "./frame.ts";

function fileLink(site: Site, vault: number, path: string, type = "file"): Html {
  const names = pathParts(path);
  const href = type === "dir"
    ? inVault(site, vault, "tree", "latest", ...names)
    : inVault(site, vault, "file", ...names);
  return html`<a href="${href}">${path}</a>`;
}

function rootOf(site: Site, vault: number): string {
  return quoted(site.vaults[vault]?.root ?? "");
}

/** The rows of found paths: each path once, with its newest version. The script asks for these alone. */
export function foundList(site: Site, vault: number, found: Cut<VersionFacts>): Html {
  if (found.items.length === 0) return html`<p>${text("serve.found-nothing")}</p>`;
  const rows = found.items.map((v) =>
    html`
      <tr>
        <th scope="row">${fileLink(site, vault, v.path, v.type)}</th>
        <td>${versionState(v)}</td>
        <td>${sizeText(v.size)}</td>
      </tr>
    `
  );
  return html`${
    table(text("serve.find"), [text("serve.name"), text("serve.state"), text("serve.size")], rows)
  }${found.more && html`<p>${text("serve.found-more", { n: found.items.length })}</p>`}`;
}

/** Names that were looked for, present or past. */
export function findPage(site: Site, vault: number, words: string, found: Cut<VersionFacts>): Html {
  const line = terminal(`hikae find -i ${rootOf(site, vault)} ${lastWord(words)}`);
  return frame(site, { title: text("serve.search-title", { words }), vault }, [
    html`
      <div id="found" aria-live="polite" data-ended="${text("serve.ended")}"
        data-failed="${text("serve.failed-title")}">${foundList(site, vault, found)}</div>
    `,
    line,
  ]);
}

/** What was deleted, newest first. */
export function vanishedPage(site: Site, vault: number, gone: Cut<VersionFacts>): Html {
  const rows = gone.items.map((v) =>
    html`
      <tr>
        <th scope="row">${fileLink(site, vault, v.path)}</th>
        <td>${v.to === null ? "" : stampText(v.to)}</td>
        <td>${sizeText(v.size)}</td>
      </tr>
    `
  );
  const list = rows.length === 0 ? html`<p>${text("serve.vanished-none")}</p>` : table(
    text("serve.vanished"),
    [text("serve.name"), text("serve.deleted"), text("serve.size")],
    rows,
    "said",
  );
  return frame(site, { title: text("serve.vanished"), vault }, [
    list,
    terminal(`hikae restore ${rootOf(site, vault)} --vanished`),
  ]);
}

/** What a run did. */
export function runPage(site: Site, vault: number, stamp: string, done: Cut<ChangeFacts>): Html {
  const rows = done.items.map((c) =>
    html`
      <tr>
        <th scope="row">${fileLink(site, vault, c.path, c.type)}</th>
        <td>${changeText(c)}</td>
      </tr>
    `
  );
  const title = text("serve.run-title", { time: stampText(stamp) });
  return frame(site, { title, vault, at: stamp }, [
    rows.length === 0
      ? html`<p>${text("serve.run-nothing")}</p>`
      : table(title, [text("serve.name"), text("serve.state")], rows, "said"),
    done.more && html`<p>${text("serve.more-changes")}</p>`,
    html`<p><a href="${inVault(site, vault, "tree", stamp, "")}">${text("serve.browse")}</a></p>`,
  ]);
}

function changeText(c: ChangeFacts): string {
  if (c.modifier === "R") return text("serve.moved-mark", { from: c.from ?? "" });
  const words = {
    "+": "serve.added-mark",
    "-": "serve.deleted-mark",
    M: "serve.changed-mark",
    T: "serve.type-mark",
  } as const;
  return text(words[c.modifier]);
}

/** What takes the most space, all versions together. */
export function spacePage(
  site: Site,
  vault: number,
  space: VaultQuestions["space"]["answer"],
): Html {
  const rows = space.items.map((s) =>
    html`
      <tr>
        <th scope="row">${fileLink(site, vault, s.path)}</th>
        <td>${s.versions}</td>
        <td>${sizeText(s.bytes)}</td>
      </tr>
    `
  );
  return frame(site, { title: text("serve.space"), vault }, [
    html`<p>${text("serve.space-about")}</p>`,
    table(
      text("serve.space"),
      [text("serve.name"), text("serve.versions"), text("serve.size")],
      rows,
      "said",
    ),
  ]);
}
