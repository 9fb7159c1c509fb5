/** One file's life: its versions on one line of time, what can be seen of each, and what changed. Pure. @module */

import { nameOf } from "../../base/relpath.ts";
import { text } from "../../text/text.ts";
import { pathParts } from "../address.ts";
import type { Cut, VersionFacts } from "../../base/vault_questions.ts";
import { block, type Html, html, type TemplateValue } from "../html.ts";
import {
  frame,
  inVault,
  pathWord,
  quoted,
  type Site,
  sizeText,
  stampText,
  table,
  terminal,
  timeText,
} from "./frame.ts";
import { restoreForm } from "./tree.ts";

/** The page of a path that is or was a file. */
export function filePage(site: Site, vault: number, path: string, cut: Cut<VersionFacts>): Html {
  const { root = "" } = site.vaults[vault] ?? {};
  const versions = cut.items;
  const rows = versions.toReversed().map((v, i, all) => versionRow(site, vault, v, all[i + 1]));
  const newest = versions.at(-1);
  const body = html`<p class="lead">${path}</p>
${timeline(path, versions)}
${
    table(
      text("serve.versions"),
      [
        text("serve.from"),
        text("serve.until"),
        text("serve.state"),
        text("serve.size"),
        text("serve.modified"),
        text("serve.actions"),
      ],
      rows,
      "versions",
    )
  }${newest !== undefined && restoreForm(site, vault, path, newest.from)}
${terminal(`hikae history ${quoted(root)} ${pathWord(path)}`)}`;
  return frame(site, { title: nameOf(path), vault, path }, body);
}

function versionRow(
  site: Site,
  vault: number,
  v: VersionFacts,
  before: VersionFacts | undefined,
): Html {
  const names = pathParts(v.path);
  const link = (kind: string, label: string): Html =>
    html`<a href="${inVault(site, vault, kind, v.from, ...names)}">${label}</a>`;
  const readable = v.type === "file" && !v.gone && v.from !== "unknown";
  const actions = readable &&
    html`${link("get", text("serve.download"))} ${link("view", text("serve.preview"))} ${
      before?.type === "file" && !before.gone && link("compare", text("serve.compare"))
    }`;
  return html`
    <tr>
      <th scope="row" class="when">${stampText(v.from)}</th>
      <td>${v.to === null ? text("serve.now") : stampText(v.to)}</td>
      <td>${versionState(v)}</td>
      <td>${sizeText(v.size)}</td>
      <td>${timeText(v.mtime)}</td>
      <td>${actions}</td>
    </tr>
  `;
}

/** A version's state in words. */
export function versionState(v: VersionFacts): string {
  if (v.gone) return text("serve.state-gone");
  if (v.state === "current") return text("serve.state-current");
  return text(v.state === "old" ? "serve.state-old" : "serve.state-deleted");
}

const WIDTH = 1000;

/** The versions as bars on a line from the first to now; a picture of the table below it. */
function timeline(path: string, versions: readonly VersionFacts[]): TemplateValue {
  // 0 where it is not known, and for what lives on
  const spans = versions.map((v) => [ordinal(v.from), v.to === null ? 0 : ordinal(v.to)] as const);
  const points = spans.flat().filter((n) => n > 0);
  const [first, last] = [Math.min(...points), Math.max(...points)];
  if (versions.length < 2 || !(last > first)) return "";
  const x = (n: number): number =>
    Math.round(((n > 0 ? n : first) - first) / (last - first) * (WIDTH - 20)) + 5;
  const bars = versions.map((v, i) => {
    const [from = 0, to = 0] = spans[i] ?? [];
    const start = x(from);
    const end = v.to === null ? WIDTH - 5 : x(to);
    return html`
      <rect class="${v.state}" x="${start}" y="8" height="14" width="${Math.max(
        4,
        end - start - 2,
      )}" rx="3">
        <title>${stampText(v.from)} ${sizeText(v.size)}</title>
      </rect>
    `;
  });
  return html`
    <svg class="timeline" viewBox="0 0 ${WIDTH} 30" role="img"
      aria-label="${text("serve.timeline", {
        path,
      })}"><line x1="0" x2="${WIDTH}" y1="15" y2="15"></line>${bars}</svg>
  `;
}

/** A stamp as a number on the line; 0 for none. */
function ordinal(stamp: string): number {
  const m = /^(\d{4})(\d\d)(\d\d)_(\d\d)(\d\d)(\d\d)$/.exec(stamp);
  if (m === null) return 0;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = m.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** What is shown of a version: a picture, a text, or that neither can be. */
export type FilePreview = { image: string } | { text: string; cut: boolean } | { nothing: true };

/** The preview of one version. */
export function viewPage(
  site: Site,
  vault: number,
  path: string,
  since: string,
  shown: FilePreview,
): Html {
  const names = pathParts(path);
  const body = html`<p class="lead">${path}, ${stampText(since)}</p>
${
    "image" in shown
      ? html`<p><img src="${shown.image}" alt="${nameOf(path)}"></p>`
      : "text" in shown
      ? html`<pre tabindex="0">\n${block(shown.text)}</pre>${
        shown.cut && html`<p class="small">${text("serve.preview-cut")}</p>`
      }`
      : html`<p>${text("serve.no-preview")}</p>`
  }
<p><a href="${inVault(site, vault, "get", since, ...names)}">${text("serve.download")}</a>
<a href="${inVault(site, vault, "file", ...names)}">${text("serve.versions")}</a></p>`;
  return frame(site, { title: nameOf(path), vault, path }, body);
}

/** A line of a comparison. */
export interface DiffLine {
  kind: "same" | "added" | "removed";
  text: string;
}

/** Two texts beside each other; undefined when they cannot be compared. */
export function comparePage(
  site: Site,
  vault: number,
  path: string,
  sides: { before: string; after: string },
  lines: readonly DiffLine[] | undefined,
): Html {
  const sign = { same: " ", added: "+", removed: "-" } as const;
  const changed = lines?.some((l) => l.kind !== "same") === true;
  const body = html`<p class="lead">${stampText(sides.before)} → ${stampText(sides.after)}</p>
${
    lines === undefined
      ? html`<p>${text("serve.compare-large")}</p>`
      : !changed
      ? html`<p>${text("serve.compare-same")}</p>`
      : html`<pre class="diff" tabindex="0">${
        lines.map((l) => html`<span class="${l.kind}">${sign[l.kind]} ${block(l.text)}</span>\n`)
      }</pre>`
  }
<p><a href="${inVault(site, vault, "file", ...pathParts(path))}">${text("serve.versions")}</a></p>`;
  return frame(
    site,
    { title: text("serve.compare-title", { path: nameOf(path) }), vault, path },
    body,
  );
}
