/** The machines that hikae is made for. @module */

/** A machine that a binary is made for. */
export interface Target {
  triple: string;
  windows: boolean;
  /** The name of its binary in `dist/`. */
  file: string;
}

/** All of them, in the order of the checksums. */
export const TARGETS: readonly Target[] = [
  "x86_64-pc-windows-msvc",
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
].map((triple) => {
  const windows = triple.includes("windows");
  return { triple, windows, file: `hikae-${triple}${windows ? ".exe" : ""}` };
});

/** Targets by their triples; throws the list for one that is none. */
export function targetsOf(triples: readonly string[]): Target[] {
  return triples.map((triple) => {
    const target = TARGETS.find((t) => t.triple === triple);
    if (target !== undefined) return target;
    const list = TARGETS.map((t) => `  ${t.triple}`).join("\n");
    throw new Error(`there is no target ${triple}; it is one of\n${list}`);
  });
}
