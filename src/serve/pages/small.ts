/** Pages without a vault: the welcome of a link, and every way in which nothing can be shown. Pure. @module */

import { text } from "../../text/text.ts";
import { type Html, html } from "../html.ts";
import { frame, type Site, to } from "./frame.ts";

/**
 * What a followed link shows: it goes on by itself. A redirect would not do: after a click in another program the
 * browser sends no strict cookie with it.
 */
export function welcomePage(site: Site, next: readonly string[]): Html {
  const home = to(site, next);
  return html`
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta http-equiv="refresh" content="0; url=${home}">
        <title>hikae</title>
      </head>
      <body>
        <p>${text("serve.welcome")} <a href="${home}">${text("serve.go-on")}</a></p>
      </body>
    </html>
  `;
}

/** A page for somebody who is not let in, with nothing on it that asks for more. */
export function closedPage(title: string, about: string): Html {
  return html`
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <title>${title}</title>
      </head>
      <body>
        <h1>${title}</h1>
        <p>${about}</p>
      </body>
    </html>
  `;
}

/** Something that cannot be shown, within the site. */
export function failedPage(site: Site, title: string, about: string, vault?: number): Html {
  const place = vault === undefined ? { title } : { title, vault };
  return frame(site, place, html`<p>${about}</p>`);
}
