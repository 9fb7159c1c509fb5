/** Answers over HTTP, each with the headers that keep a page harmless (design, *hikae serve*). Pure. @module */

import { utf8 } from "../base/bytes.ts";
import type { Html } from "./html.ts";

/** What a page of hikae may load: its own style, script and previews; nothing inline, nothing from elsewhere. */
const PAGE_POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; " +
  "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** What the content of a file may do in the browser: nothing at all. */
const CONTENT_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'";

const ALWAYS: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  // with "no-referrer" a browser says of the page's own forms that they come from nowhere
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "x-frame-options": "DENY",
  "cache-control": "no-store",
};

/** A time as HTTP writes it; undefined where it is not known, or in a year that it cannot write. */
export function httpDate(time: string | null): string | undefined {
  const date = new Date(time ?? NaN);
  const year = date.getUTCFullYear();
  return year >= 1 && year <= 9999 ? date.toUTCString() : undefined;
}

/** Headers of an answer. */
export type Headed = Readonly<Record<string, string>>;

/** A page. */
export function page(body: Html, status = 200, more: Headed = {}): Response {
  return ofPage(`${DOCTYPE}${body}`, status, more);
}

/**
 * A page that is sent as its parts come. What goes wrong on the way can be told on the page alone: `failed` gives what
 * ends it then.
 */
export function pageOf(parts: AsyncGenerator<string>, failed: (error: unknown) => Html): Response {
  const told = async function* (): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    let before = DOCTYPE;
    try {
      for await (const part of parts) {
        yield utf8(before + part);
        before = "";
      }
    } catch (error) {
      yield utf8(`${before}${failed(error)}`);
    }
  };
  return ofPage(streamOf(told()), 200, {});
}

const DOCTYPE = "<!doctype html>\n";

function ofPage(
  body: string | ReadableStream<Uint8Array<ArrayBuffer>>,
  status: number,
  more: Headed,
): Response {
  return new Response(body, {
    status,
    headers: {
      ...ALWAYS,
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": PAGE_POLICY,
      ...more,
    },
  });
}

/** Pieces as a body: taken one by one, and none any more once the reader is gone. */
export function streamOf(
  pieces: AsyncGenerator<Uint8Array<ArrayBuffer>>,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    async pull(controller): Promise<void> {
      const { done, value } = await pieces.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    async cancel(): Promise<void> {
      await pieces.return(undefined);
    },
  }, { highWaterMark: 0 });
}

/** A text that is part of the page itself: style, script. */
export function asset(text: string, type: string): Response {
  return new Response(text, {
    headers: {
      ...ALWAYS,
      "content-type": `${type}; charset=utf-8`,
      "content-security-policy": CONTENT_POLICY,
    },
  });
}

/** A plain answer: what went wrong, for a program. */
export function plain(status: number, text: string, more: Headed = {}): Response {
  return new Response(`${text}\n`, {
    status,
    headers: {
      ...ALWAYS,
      "content-type": "text/plain; charset=utf-8",
      "content-security-policy": CONTENT_POLICY,
      ...more,
    },
  });
}

/** The answer to a form: the browser asks for another address. */
export function seeOther(location: string): Response {
  return new Response(null, { status: 303, headers: { ...ALWAYS, location } });
}

/** Headers of content from a vault: never sniffed, never run, saved unless it is a preview. */
export function contentHeaders(name: string, type: string, preview: boolean): Headed {
  return {
    ...ALWAYS,
    "content-type": type,
    "content-security-policy": CONTENT_POLICY,
    "content-disposition": disposition(name, preview),
  };
}

/** The name that a browser saves under: plain letters for old clients, UTF-8 for the rest. */
function disposition(name: string, inline: boolean): string {
  const whole = name.toWellFormed();
  const simple = whole.replace(/[^A-Za-z0-9._ -]/g, "_");
  const coded = encodeURIComponent(whole).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${inline ? "inline" : "attachment"}; filename="${simple}"; filename*=UTF-8''${coded}`;
}
