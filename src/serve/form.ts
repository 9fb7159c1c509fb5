/** What a form sent. @module */

/** The largest form, in bytes. */
const LARGEST = 64 << 10;

/** Reads a form of plain fields; undefined when it is no such form, or too large. */
export async function readForm(request: Request): Promise<URLSearchParams | undefined> {
  const type = request.headers.get("content-type") ?? "";
  if (!type.startsWith("application/x-www-form-urlencoded") || request.body === null) {
    return undefined;
  }
  let text = "";
  const decoder = new TextDecoder();
  for await (const piece of request.body) {
    text += decoder.decode(piece, { stream: true });
    if (text.length > LARGEST) return undefined;
  }
  return new URLSearchParams(text + decoder.decode());
}
