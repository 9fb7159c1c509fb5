/** Checksums as `sha256sum` writes and checks them. @module */

/** The SHA-256 of a file, in hexadecimal. */
export async function sha256(path: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(path));
  return new Uint8Array(digest).toHex();
}

/** The lines of `SHA256SUMS` for the files of a directory. */
export async function sumsOf(dir: string, names: readonly string[]): Promise<string> {
  let lines = "";
  for (const name of [...names].sort()) lines += `${await sha256(`${dir}/${name}`)}  ${name}\n`;
  return lines;
}

/** Reads such lines: the sum of each name. */
export function readSums(text: string): Map<string, string> {
  return new Map(
    text.split("\n").filter((l) => l !== "").map((line) => [line.slice(66), line.slice(0, 64)]),
  );
}
