/** The first page: every vault at one glance; and the page of one vault. Pure. @module */

import { text } from "../../text/text.ts";
import type { JobFacts, SnapshotFacts, VaultFacts } from "../../base/vault_questions.ts";
import { type Html, html, type TemplateValue } from "../html.ts";
import {
  frame,
  inVault,
  lastWord,
  type Site,
  sizeText,
  stampText,
  table,
  terminal,
  to,
} from "./frame.ts";

/** What is known of a vault: its facts, or why there are none. */
export type VaultLook = VaultFacts | { problem: string };

/** All vaults and jobs. */
export function homePage(
  site: Site,
  looks: readonly VaultLook[],
  jobs: readonly JobFacts[],
): Html {
  const setup = site.setup === true &&
    html`<p><a href="${to(site, ["setup"])}">${text("setup.link")}</a></p>`;
  const cards = looks.map((look, i) =>
    vaultCard(site, i, look, jobs.find((j) => j.vault === site.vaults[i]?.root))
  );
  const scheduled = jobs.filter((j) => j.job !== null);
  const body = html`<ul class="cards">${cards}</ul>
${scheduled.length > 0 && jobsTable(site, scheduled)}${setup}`;
  return frame(site, { title: text("serve.vaults") }, body);
}

function vaultCard(site: Site, i: number, look: VaultLook, job: JobFacts | undefined): Html {
  const { name = "", root = "" } = site.vaults[i] ?? {};
  const link = html`<a href="${inVault(site, i, "")}">${name}</a>`;
  if ("problem" in look) {
    return html`
      <li>
        <h2>${link}</h2>
        <p>${root}</p>
        <p class="warn">${text("serve.unreadable", { message: look.problem })}</p>
      </li>
    `;
  }
  const last = look.snapshots.at(-1);
  return html`<li><h2>${link}</h2>
<p>${text("serve.kept-in", { source: look.source, host: look.host, vault: root })}</p>
${
    last === undefined
      ? html`<p>${text("serve.no-snapshot")}</p>`
      : html`<p>${stampText(last.stamp)}: ${stateText(last.state)}</p>
<p class="small">${standing(last, job).join("; ")}</p>`
  }${shareNote(site, i)}</li>`;
}

/** How a vault stands beyond its last run: proven, checked, run again. */
function standing({ proven }: SnapshotFacts, job: JobFacts | undefined): string[] {
  const said = proven === null ? [] : [text(proven ? "serve.proven" : "serve.unproven")];
  if (job === undefined) return said;
  const { checked, checkedSince, damaged, nextRun } = job;
  if (checkedSince !== null && checked !== null) {
    const share = `${Math.floor(checked * 100)}`;
    said.push(text("serve.checked", { share, day: checkedSince }));
  } else if (checked !== null) said.push(text("serve.checked-none"));
  if (damaged > 0) said.push(text("serve.found-damaged", { n: damaged }));
  if (nextRun !== null) said.push(text("serve.next-at", { time: nextRun }));
  return said;
}

/** What is not so strict for a vault on a share, where the person sees it. */
function shareNote({ vaults }: Site, vault: number): TemplateValue {
  return vaults[vault]?.share === true && html`<p class="small">${text("serve.share")}</p>`;
}

function jobsTable(site: Site, jobs: readonly JobFacts[]): Html {
  const rows = jobs.map((j) =>
    html`
      <tr>
        <th scope="row">${j.name}</th>
        <td>${j.state}</td>
        <td>${j.lastRun ?? ""}</td>
        <td>${j.nextRun ?? ""}</td>
        <td><a href="${to(site, ["log", j.job ?? ""])}">${text("serve.log")}</a></td>
      </tr>
    `
  );
  return table(text("serve.jobs"), [
    text("serve.name"),
    text("serve.state"),
    text("serve.last-run"),
    text("serve.next-run"),
    text("serve.log"),
  ], rows);
}

/** What the last run of a job said, if it left a log. */
export function logPage(site: Site, job: string, lines: readonly string[] | undefined): Html {
  return frame(
    site,
    { title: text("serve.log-title", { job }) },
    html`${
      lines === undefined
        ? html`<p>${text("serve.log-none")}</p>`
        : html`<pre tabindex="0">${lines.map((line) => html`${line}\n`)}</pre>`
    }
${terminal(`hikae logs ${lastWord(job)}`)}`,
  );
}

/** How many snapshots a page lists. */
const SHOWN = 200;

/** One vault: its snapshots, newest first, and the ways to its files. */
export function vaultPage(site: Site, vault: number, facts: VaultFacts): Html {
  const { root = "" } = site.vaults[vault] ?? {};
  const newest = facts.snapshots.toReversed().slice(0, SHOWN);
  const links = html`
    <ul class="ways">
      <li><a href="${inVault(site, vault, "tree", "latest", "")}">${text("serve.browse")}</a></li>
      <li><a href="${inVault(site, vault, "vanished")}">${text("serve.vanished")}</a></li>
      <li><a href="${inVault(site, vault, "space")}">${text("serve.space")}</a></li>
    </ul>
  `;
  const body = html`<p class="lead">${
    text("serve.kept-in", { source: facts.source, host: facts.host, vault: root })
  }</p>${shareNote(site, vault)}${links}
${newest.length === 0 ? html`<p>${text("serve.no-snapshot")}</p>` : runsTable(site, vault, newest)}
<h2>${text("serve.dav")}</h2>
<p><code>${`http://${site.host}/${site.dav}/${
    vault === 0 ? "dav" : `dav${vault}`
  }/latest/`}</code></p>
<p class="small">${text("serve.dav-about")}</p>`;
  return frame(site, {
    title: text("serve.backup-of", { source: facts.source }),
    vault,
    unproven: facts.snapshots.at(-1)?.proven === false,
  }, body);
}

function runsTable(site: Site, vault: number, newest: readonly SnapshotFacts[]): Html {
  const rows = newest.map((s) =>
    html`
      <tr>
        <th scope="row" class="when"><a href="${inVault(site, vault, "run", s.stamp)}">${stampText(
          s.stamp,
        )}</a></th>
        <td>${stateText(s.state)}${s.proven === false && " (!)"}</td>
        <td>${s.filesNew}</td>
        <td>${s.filesChanged}</td>
        <td>${s.filesDeleted}</td>
        <td>${sizeText(s.bytesAdded)}</td>
      </tr>
    `
  );
  return table(text("serve.snapshots"), [
    text("serve.stamp"),
    text("serve.state"),
    text("serve.new"),
    text("serve.changed"),
    text("serve.deleted"),
    text("serve.added"),
  ], rows);
}

/** A snapshot's state in words. */
function stateText(state: SnapshotFacts["state"]): string {
  if (state === "complete") return text("serve.state-complete");
  return text(state === "partial" ? "serve.state-partial" : "serve.state-interrupted");
}
