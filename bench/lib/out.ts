/** Standard output. @module */

const encoder = new TextEncoder();

/** Prints a line. */
export function say(line: string): void {
  const bytes = encoder.encode(`${line}\n`);
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
}
