/** Bringing something back: what would be written, then what was. Pure. @module */

import { text } from "../../text/text.ts";
import { codedPath } from "../address.ts";
import { type Html, html } from "../html.ts";
import { frame, inVault, pathWord, quoted, type Site, terminal } from "./frame.ts";

/** What is brought back. */
export interface Wish {
  path: string;
  at: string;
  /** It was confirmed, and is done. */
  sure: boolean;
}

/** The exit code of what is not whole, or could not be proven. */
const PARTLY = 3;

/** The plan with a form that carries it out; or what became of it. */
export function restorePage(
  site: Site,
  vault: number,
  { path, at, sure }: Wish,
  { lines, code }: { lines: readonly string[]; code: number },
): Html {
  const target = site.restoreInto ?? "";
  const root = site.vaults[vault]?.root ?? "";
  const about = !sure
    ? text("serve.restore-plan", { target })
    : code === 0
    ? text("serve.restore-done", { target })
    : code === PARTLY
    ? text("serve.restore-partly", { target })
    : text("serve.failed-title");
  const can = code === 0 || code === PARTLY;
  const nothing = !sure && code === 0 && lines.length === 0;
  const go = !sure && can && !nothing &&
    html`<form method="post" action="${inVault(site, vault, "restore")}">
<input type="hidden" name="path" value="${
      codedPath(path)
    }"><input type="hidden" name="at" value="${at}">
<input type="hidden" name="sure" value="yes"><button>${text("serve.restore-do")}</button></form>`;
  const said = nothing
    ? html`<p>${text("serve.restore-nothing", { target })}</p>`
    : html`<p>${about}</p>${
      lines.length > 0 && html`<pre tabindex="0">${lines.map((line) => html`${line}\n`)}</pre>`
    }`;
  const body = html`${said}${go}
${
    terminal(
      `hikae restore ${quoted(root)} ${path === "" ? "" : `${pathWord(path)} `}--at ${
        quoted(at)
      } --to ${quoted(target)}${sure ? "" : " --dry-run"}`,
    )
  }`;
  const place = {
    title: text("serve.restore-title", { path: path === "" ? "/" : path }),
    vault,
    path,
  };
  return frame(site, place, body);
}
