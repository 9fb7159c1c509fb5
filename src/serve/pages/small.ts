/** Pages without a vault: the welcome of a link, and every way in which nothing can be shown. Pure. @module */

import { text } from "../../text/text.ts";
import { type Html, html, type TemplateValue } from "../html.ts";
import { bare, frame, OPEN_STYLE, type Site, to } from "./frame.ts";

const STYLED = html`<link rel="stylesheet" href="/${OPEN_STYLE}">`;

/**
 * What a followed link shows: it goes on by itself. A redirect would not do: after a click in another program the
 * browser sends no strict cookie with it.
 */
export function welcomePage(site: Site, next: readonly string[]): Html {
  const home = to(site, next);
  return bare(
    "hikae",
    html`<p>${text("serve.welcome")} <a href="${home}">${text("serve.go-on")}</a></p>`,
    html`<meta http-equiv="refresh" content="0; url=${home}">${STYLED}`,
  );
}

/**
 * The page of an address without its cookie. A click in another program comes without it too, though the browser has
 * it: the page's own link to the same address brings it along.
 */
export function outPage(clicked: boolean): Html {
  const out = text(clicked ? "serve.out-clicked" : "serve.out");
  const body = html`${out}</p><p><a href="">${text("serve.again")}</a>`;
  return closedPage(text("serve.out-title"), body);
}

/** A page for somebody who is not let in, with nothing on it that asks for more. */
export function closedPage(title: string, about: TemplateValue): Html {
  return bare(
    title,
    html`
      <h1>${title}</h1>
      <p>${about}</p>
    `,
    STYLED,
  );
}

/** Something that cannot be shown, within the site. */
export function failedPage(site: Site, title: string, about: string, vault?: number): Html {
  const place = vault === undefined ? { title } : { title, vault };
  return frame(site, place, html`<p>${about}</p>`);
}
