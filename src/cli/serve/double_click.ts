/** A double click on the program of Windows: its window would close again before anybody has read it. @module */

import { HikaeError } from "../../base/errors.ts";
import { text } from "../../text/text.ts";
import type { Output } from "../output.ts";

/** What the offer needs of the system. */
export interface DoubleClick {
  windows: boolean;
  /** True where a person reads and types. */
  onTerminal: boolean;
  /** The words of the line. */
  words: readonly string[];
  /** Waits for Enter; false when there is none to come. */
  enter(): boolean;
}

/**
 * After the first screen: opens the page on Enter, and keeps what went wrong there to be read. Where no vault is known,
 * a second Enter opens the page that sets one up: that may write, so it is asked for by itself.
 */
export async function offerPage(
  output: Pick<Output, "tell" | "failed">,
  { windows, onTerminal, words, enter }: DoubleClick,
  open: (setup: boolean) => Promise<number>,
): Promise<number | undefined> {
  if (!windows || !onTerminal || words.length > 0) return undefined;
  output.tell(text("serve.enter-opens"));
  if (!enter()) return undefined;
  try {
    return await open(false).catch((error) => {
      if (!(error instanceof HikaeError) || error.id !== "no_vault") throw error;
      output.tell(text("serve.enter-sets-up"));
      return enter() ? open(true) : undefined;
    });
  } catch (error) {
    const code = output.failed(error);
    output.tell(text("serve.enter-closes"));
    enter();
    return code;
  }
}

/** Reads standard input up to the next Enter. */
export function enterTyped(): boolean {
  const byte = new Uint8Array(1);
  for (;;) {
    if (Deno.stdin.readSync(byte) === null) return false;
    if (byte[0] === 10) return true;
  }
}
