/** The pages of the first set-up. Pure. @module */

import type { SetupChoices, SetupPlan, SetupState, SetupWords } from "../../base/setup.ts";
import { formatSize } from "../../base/size.ts";
import { text } from "../../text/text.ts";
import { type Html, html, type TemplateValue } from "../html.ts";
import { frame, inVault, type Site, terminal, to } from "./frame.ts";

/** Reloads while the first backup runs, in seconds. */
const RELOAD = 2;

/** The questions, with the answers so far. */
export function setupForm(
  site: Site,
  choices: SetupChoices,
  words: SetupWords,
  problems: readonly string[],
): Html {
  const known = choices.folders.some(({ path }) => path === words.source);
  const time = /^\d\d?:\d\d$/.test(words.when);
  const often = time ? "daily" : words.when;
  const drives = choices.drives.length === 0
    ? html`
      <p>${text("setup.drive")}</p>
      <p class="small">${text("setup.no-drive")}</p>
    `
    : select("drive", text("setup.drive"), words.drive, [
      ["", text("setup.choose")],
      ...choices.drives.map(({ name, path }): [string, string] => [path, `${name}: ${path}`]),
    ]);
  const body = html`<p class="lead">${text("setup.about")}</p>${troubles(problems)}
<form class="setup" method="post" action="${to(site, ["setup"])}">
<input type="hidden" name="step" value="plan">
${
    select("source", text("setup.source"), words.source, [
      ...choices.folders.map(({ path }): [string, string] => [path, path]),
      ["", text("setup.choose")],
    ])
  }
${field("otherSource", text("setup.other-source"), known ? "" : words.source)}
${drives}${field("vault", text("setup.other-vault"), words.vault)}
${
    select("often", text("setup.when"), often, [
      ["daily", text("setup.daily")],
      ["hourly", text("setup.hourly")],
      ["login", text("setup.login")],
      ["no", text("setup.never")],
    ])
  }
${field("time", text("setup.time"), time ? words.when : "21:00", "time")}
${field("exclude", text("setup.exclude"), words.exclude)}
${
    select("keep", text("setup.keep"), words.keep, [
      ["usual", text("setup.keep-usual")],
      ["all", text("setup.keep-all")],
    ])
  }
<p><button>${text("setup.next")}</button></p></form>`;
  return frame(site, { title: text("setup.title") }, body);
}

/** What the answers come to, and the button that does it. */
export function setupPlanPage(site: Site, words: SetupWords, plan: SetupPlan): Html {
  const confirm = plan.sameDisk &&
    html`<p><label class="warn"><input type="checkbox" name="sameDisk" value="yes" required> ${
      text("setup.same-disk")
    }</label></p>`;
  const body = html`<p>${
    text(plan.added === undefined ? "setup.writes" : "setup.adds", { file: plan.file })
  }</p>
${block([(plan.added ?? plan.config).trimEnd()])}
${plan.commands.map(terminal)}
<form class="setup" method="post" action="${to(site, ["setup"])}">${carried(words)}
<input type="hidden" name="step" value="begin">
<input type="hidden" name="shown" value="${plan.digest}">${confirm}
<p><button>${text("setup.begin")}</button></p></form>
<form method="post" action="${to(site, ["setup"])}">${carried(words)}
<input type="hidden" name="step" value="change"><button>${text("setup.change")}</button></form>`;
  return frame(site, { title: text("setup.plan") }, body);
}

/** How far it is; while it runs, the page asks again by itself. */
export function setupDonePage(site: Site, state: SetupState): Html {
  const title = text(
    state.step === "running"
      ? "setup.running"
      : state.step === "done"
      ? "setup.done"
      : state.step === "failed"
      ? "setup.failed"
      : "setup.title",
  );
  const running = state.step === "running";
  const body = html`${running && html`<p>${text("setup.waits")}</p>${progress(state)}`}
${state.lines.length > 0 && block(state.lines)}
${
    state.vault !== undefined && !running &&
    html`<p><a href="${inVault(site, state.vault, "")}">${text("setup.look")}</a></p>`
  }
${
    (state.step === "failed" || state.step === "none") &&
    html`<p><a href="${to(site, ["setup"])}">${text("setup.link")}</a></p>`
  }`;
  return frame(site, { title, ...(running ? { reload: RELOAD } : {}) }, body);
}

/** There is a config that counts before the user's own: it stays as it is. */
export function setupTaken(site: Site, file: string): Html {
  const body = html`
    <p>${text("setup.exists", { file })}</p>
    <p>${text("setup.exists-next")}</p>
  `;
  return frame(site, { title: text("setup.title") }, body);
}

/** Texts line by line. */
function block(texts: readonly string[]): Html {
  const lines = texts.flatMap((said) => said.split("\n"));
  return html`<pre tabindex="0">${lines.map((line) => html`${line}\n`)}</pre>`;
}

function progress({ progress }: SetupState): TemplateValue {
  if (progress === undefined) return "";
  const { files, bytes, share } = progress;
  const size = formatSize(bytes);
  if (share === undefined) return html`<p>${text("setup.files", { n: files, size })}</p>`;
  const percent = Math.floor(share * 100);
  return html`<p><progress max="100" value="${percent}"></progress> ${
    text("setup.percent", { percent, n: files, size })
  }</p>`;
}

function troubles(problems: readonly string[]): TemplateValue {
  return problems.length > 0 &&
    html`
      <div role="alert">
        <p class="warn">${text("setup.problems")}</p>
        <ul>${problems.map((problem) => html`<li>${problem}</li>`)}</ul>
      </div>
    `;
}

function carried(words: SetupWords): TemplateValue {
  const { source, drive, vault, when, exclude, keep } = words;
  return Object.entries({ source, drive, vault, when, exclude, keep }).map(([name, value]) =>
    html`<input type="hidden" name="${name}" value="${value}">`
  );
}

function field(name: string, label: string, value: string, type = "text"): Html {
  return html`<p><label for="${name}">${label}</label>
<input id="${name}" name="${name}" type="${type}" value="${value}" maxlength="4096" autocomplete="off"></p>`;
}

function select(
  name: string,
  label: string,
  chosen: string,
  options: readonly (readonly [string, string])[],
): Html {
  return html`<p><label for="${name}">${label}</label>
<select id="${name}" name="${name}">${
    options.map(([value, shown]) =>
      value === chosen
        ? html`<option value="${value}" selected>${shown}</option>`
        : html`<option value="${value}">${shown}</option>`
    )
  }</select></p>`;
}
