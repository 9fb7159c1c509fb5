/** What bundles keep at home: what was sent, and the spool of what waits to be. @module */

import { statfsSync } from "node:fs";
import { join } from "@std/path";
import { HikaeError } from "../../base/errors.ts";
import { formatSize } from "../../base/size.ts";
import { sha256Of } from "../../platform/hash.ts";
import { text } from "../../text/text.ts";
import type { Context } from "../command.ts";
import { StateDir } from "../state.ts";

/** The directory at home in which is kept what was sent; undefined where none can be made. */
export function stateFor(context: Context, make: boolean): string | undefined {
  const { directory } = new StateDir(context.env);
  if (directory === undefined) return undefined;
  const dir = join(directory, "bundles");
  if (!make) return dir;
  try {
    Deno.mkdirSync(dir, { recursive: true, mode: 0o700 });
    return Deno.realPathSync(dir);
  } catch {
    // the next bundle is a full one then, and says why
    return undefined;
  }
}

/** The spool of one vault for one place: `what` tells them apart. Its limit is never more than what the disk has. */
export function spoolFor(
  state: string | undefined,
  what: string,
  { asked, make }: { asked: number; make: boolean },
): { path: string; limit: number } {
  if (state === undefined) {
    throw new HikaeError("failed", text("bundle.no-spool"), { hint: text("bundle.no-spool-hint") });
  }
  const path = join(state, `spool-${sha256Of(what).slice(0, 16)}`);
  if (!make) return { path, limit: asked };
  Deno.mkdirSync(path, { recursive: true, mode: 0o700 });
  const free = freeBytes(path);
  const limit = Math.min(asked, Math.floor(free * 0.9));
  if (limit >= SMALLEST) return { path, limit };
  throw new HikaeError("failed", text("bundle.spool-full", { path, free: formatSize(free) }), {
    hint: text("bundle.spool-full-hint"),
  });
}

/** The smallest volume. */
const SMALLEST = 1 << 20;

/** What a disk has free; what cannot be known is enough. */
function freeBytes(path: string): number {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  } catch {
    return Infinity;
  }
}
