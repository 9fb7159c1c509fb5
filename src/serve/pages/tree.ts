/** A directory as of a snapshot, with a slider of snapshots. Pure. @module */

import { joinRel, nameOf } from "../../base/relpath.ts";
import { text } from "../../text/text.ts";
import { codedPath, pathParts } from "../address.ts";
import type {
  DirFacts,
  EntryFacts,
  SnapshotFacts,
  VaultFacts,
} from "../../base/vault_questions.ts";
import { type Html, html, type TemplateValue } from "../html.ts";
import {
  framed,
  inVault,
  pathWord,
  quoted,
  type Site,
  sizeText,
  stampText,
  table,
  terminal,
  timeText,
  unprovenNote,
} from "./frame.ts";

/** What a page of a directory still waits for when its beginning is sent. */
export interface TreeAsked {
  facts: Promise<VaultFacts>;
  dir: Promise<DirFacts>;
}

/** The page of a directory in parts: its head at once, the snapshots and the entries as they are answered. */
export async function* treePage(
  site: Site,
  vault: number,
  { path, stamp }: { path: string; stamp: string },
  asked: TreeAsked,
): AsyncGenerator<string> {
  const title = path === "" ? text("serve.browse") : nameOf(path);
  const [before, after] = framed(site, { title, vault, path, at: stamp });
  yield before;
  const { snapshots } = await asked.facts;
  const unproven = snapshots.find((s) => s.stamp === stamp)?.proven === false;
  yield `${html`${unproven && unprovenNote()}${slider(site, vault, snapshots, { path, stamp })}`}`;
  yield `${entries(site, vault, await asked.dir)}${after}`;
}

function entries(site: Site, vault: number, dir: DirFacts): Html {
  const { root = "" } = site.vaults[vault] ?? {};
  const names = pathParts(dir.path);
  const rows = dir.entries.map((e) => entryRow(site, vault, dir, e));
  const more = dir.next !== undefined &&
    html`<p><a rel="next" href="${inVault(site, vault, "tree", dir.stamp, ...names)}?after=${
      encodeURIComponent(dir.next)
    }">${text("serve.more-entries")}</a></p>`;
  return html`${
    rows.length === 0 ? html`<p>${text("serve.folder-empty")}</p>` : table(
      stampText(dir.stamp),
      [text("serve.name"), text("serve.size"), text("serve.modified")],
      rows,
    )
  }${more}
<p><a download href="${inVault(site, vault, "zip", dir.stamp, ...names)}">${
    text("serve.zip")
  }</a></p>
${restoreForm(site, vault, dir.path, dir.stamp)}
${
    terminal(
      `hikae ls ${quoted(root)} ${
        dir.path === "" ? "" : `${pathWord(dir.path)} `
      }--at ${dir.stamp}`,
    )
  }`;
}

function entryRow(site: Site, vault: number, dir: DirFacts, e: EntryFacts): Html {
  const names = pathParts(joinRel(dir.path, e.name));
  const href = e.type === "dir"
    ? inVault(site, vault, "tree", dir.stamp, ...names)
    : inVault(site, vault, "file", ...names);
  const kind = e.type === "dir"
    ? text("serve.folder")
    : e.type === "link"
    ? text("serve.link")
    : "";
  return html`
    <tr>
      <th scope="row"
        class="${e.type}"><a href="${href}">${e.name}</a>${kind !== "" && html`
          <span class="kind">${kind}</span>
        `}${e.gone && html`
          <span class="warn">${text("serve.state-gone")}</span>
        `}</th>
      <td>${sizeText(e.size)}</td>
      <td>${timeText(e.mtime)}</td>
    </tr>
  `;
}

/** Choosing another snapshot: a list that works as it is; the script makes a slider of it. */
function slider(
  site: Site,
  vault: number,
  snapshots: readonly SnapshotFacts[],
  dir: Pick<DirFacts, "path" | "stamp">,
): Html {
  const whole = snapshots.filter((s) => s.state !== "interrupted");
  const at = whole.findIndex((s) => s.stamp === dir.stamp);
  const names = pathParts(dir.path);
  const step = (n: number, label: string, rel: string): TemplateValue => {
    const other = at < 0 ? undefined : whole[at + n];
    return other !== undefined &&
      html`<a rel="${rel}" href="${
        inVault(site, vault, "tree", other.stamp, ...names)
      }">${label}</a>`;
  };
  return html`<form class="slider" method="get" action="${inVault(site, vault, "as-of", ...names)}">
<label for="at">${text("serve.as-of")}</label>
<select id="at" name="at">${
    whole.toReversed().map((s) =>
      html`
        <option value="${s.stamp}" ${s.stamp === dir.stamp && html`
          selected
        `}>${stampText(s.stamp)}</option>
      `
    )
  }</select>
<button>${text("serve.show")}</button>
${step(-1, text("serve.earlier"), "prev")} ${step(1, text("serve.later"), "next")}</form>`;
}

/** Brings a path back, where that is allowed: first what would be written is shown. */
export function restoreForm(site: Site, vault: number, path: string, at: string): TemplateValue {
  if (site.restoreInto === undefined) return "";
  return html`<form method="post" action="${inVault(site, vault, "restore")}">
<input type="hidden" name="path" value="${
    codedPath(path)
  }"><input type="hidden" name="at" value="${at}">
<p>${text("serve.restore", { target: site.restoreInto })}
<button>${text("serve.restore-try")}</button></p></form>`;
}
