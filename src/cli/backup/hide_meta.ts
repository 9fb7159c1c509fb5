/**
 * Hides the meta directories of a vault from the Explorer, once a run has made some (Windows). The program waits from
 * before main gives up its rights, and does nothing unless it is told to.
 * @module
 */

import { utf8 } from "../../base/bytes.ts";
import type { Message } from "../../base/event.ts";
import { META } from "../../vault/names.ts";

/** The word that it waits for. */
const GO = "go";
/** How long the end of a run waits for it, ms. */
const LONGEST = 60_000;

/**
 * The line of `cmd`: the vault comes in the environment, so no name is ever part of a command. `/v:on` puts it in after
 * the line was read.
 */
export const HIDE_LINE =
  `set /p HIKAE_GO=& if "!HIKAE_GO!"=="${GO}" "!HIKAE_ATTRIB!" +h "!HIKAE_VAULT!\\${META}" /s /d`;

/** What hides the meta directories of some vaults. */
export interface Hider {
  /** Sees what the run makes. */
  watch: (message: Message) => void;
  /** Hides those of the vaults in which directories were made, and ends. */
  end: () => Promise<void>;
}

const NOTHING: Hider = { watch: () => {}, end: () => Promise.resolve() };

/** A vault that a run writes to. */
export interface HiddenVault {
  /** Its real path. */
  root: string;
  /** As messages name it. */
  given: string;
  /** It was there before. */
  known: boolean;
}

/** Starts what waits, for each vault; does nothing elsewhere than on Windows. */
export function hiderFor(
  vaults: readonly HiddenVault[],
  env: (name: string) => string | undefined,
): Hider {
  const system = env("SystemRoot");
  if (Deno.build.os !== "windows" || system === undefined) return NOTHING;
  const made = new Set(vaults.filter((v) => !v.known).map((v) => v.given));
  const waiting = vaults.flatMap(({ root, given }) => {
    const child = start(system, root);
    return child === undefined ? [] : [{ given, child }];
  });
  return {
    watch: (m) => {
      if (m.message_type !== "summary") return;
      const { vault, dirs_new: count } = m;
      if (typeof count === "number" && count > 0) made.add(String(vault));
    },
    end: async () => {
      for (const { given, child } of waiting) await release(child, made.has(given));
    },
  };
}

function start(system: string, root: string): Deno.ChildProcess | undefined {
  const tool = (name: string): string => `${system}\\System32\\${name}`;
  try {
    return new Deno.Command(tool("cmd.exe"), {
      windowsRawArguments: true,
      args: ["/v:on", "/d", "/c", HIDE_LINE],
      env: { HIKAE_VAULT: root.replace(/\\+$/, ""), HIKAE_ATTRIB: tool("attrib.exe") },
      stdin: "piped",
      stdout: "null",
      stderr: "null",
    }).spawn();
  } catch {
    // a vault whose meta directories show is as good a vault
    return undefined;
  }
}

/**
 * Tells a child that waits to go on or to end. It is waited for no longer than `limit` ms: a disk that hangs it holds up
 * no run, and it goes on by itself.
 */
export async function release(
  child: Deno.ChildProcess,
  go: boolean,
  limit = LONGEST,
): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((done) => timer = setTimeout(done, limit));
  await Promise.race([told(child, go), late]);
  clearTimeout(timer);
}

async function told(child: Deno.ChildProcess, go: boolean): Promise<void> {
  try {
    const input = child.stdin.getWriter();
    if (go) await input.write(utf8(`${GO}\r\n`));
    await input.close();
    await child.status;
  } catch {
    // the same
  }
}
