/**
 * Trees shuffled at random, each past state restored and compared, and what the vault takes beside what it must
 * (`HIKAE_SHUFFLES` rounds of a tree of `HIKAE_SHUFFLE_FILES`, a few where they are not set).
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { SHARE_MODES } from "../../src/base/share_mode.ts";
import { pathOf, Reader } from "../../src/engine/reader.ts";
import { enginePorts } from "../helpers/engine_helper.ts";
import { KINDS, Shuffle } from "./shuffle.ts";
import { namesOf, ShareWorld } from "./world.ts";

const ROUNDS = Number(Deno.env.get("HIKAE_SHUFFLES") ?? 8);
const FILES = Number(Deno.env.get("HIKAE_SHUFFLE_FILES") ?? 40);
const SEED = Number(Deno.env.get("HIKAE_SEED") ?? 1);

/**
 * What the vault would take if each content with its attributes lay there once: a living copy's are those it has on the disk,
 * for they may have changed since its version began; a mark's are in the record.
 */
function least(w: ShareWorld): number {
  const reader = Reader.open(enginePorts(), w.vault);
  try {
    const seen = new Map<string, number>();
    for (const v of reader.catalog.versions("type = 0 AND gone IS NULL AND size >= 4096")) {
      const there = v.until === null ? Deno.lstatSync(join(w.vault, pathOf(v))) : undefined;
      const mode = ((there ?? v).mode ?? 0) & 0o777 | 0o400;
      seen.set(`${v.hash} ${mode} ${there?.mtime?.getTime() ?? v.mtime}`, v.size ?? 0);
    }
    return [...seen.values()].reduce((sum, size) => sum + size, 0);
  } finally {
    reader.close();
  }
}

/** Living copies that share a file though their attributes differ in the source. */
function wrongSharing(w: ShareWorld): string[] {
  const reader = Reader.open(enginePorts(), w.vault);
  const wrong: string[] = [];
  try {
    for (const v of reader.catalog.versions("type = 0 AND until IS NULL")) {
      const path = pathOf(v);
      const there = Deno.lstatSync(join(w.vault, path));
      const source = Deno.lstatSync(join(w.source, path));
      const mode = ((source.mode ?? 0) & 0o777) | 0o400;
      if (
        ((there.mode ?? 0) & 0o777) !== mode || there.mtime?.getTime() !== source.mtime?.getTime()
      ) {
        wrong.push(
          `${path}: ${there.mtime?.toISOString()} ${there.mode}, in the source ${source.mtime?.toISOString()} ${source.mode}`,
        );
      }
    }
    return wrong;
  } finally {
    reader.close();
  }
}

for (const kind of KINDS) {
  for (const share of SHARE_MODES) {
    Deno.test({
      name:
        `shuffle: ${kind} with ${share}: every past state comes back, every copy has its own attributes`,
      ignore: Deno.build.os === "windows",
      fn: async () => {
        using w = new ShareWorld({ share });
        const shuffle = new Shuffle(w, kind, SEED, true);
        shuffle.plant(FILES);
        await w.backup();
        for (let i = 0; i < ROUNDS; i++) {
          shuffle.shuffle(Math.ceil(FILES / 40));
          const { errors } = await w.backup({ checksum: i % 3 === 0 });
          assertEquals(errors, []);
          assertEquals(wrongSharing(w), []);
        }
        assertEquals(await w.wrongStates(), []);
        assertEquals(await w.restoredNames(), namesOf(w.source));
        const ratio = w.bytes() / least(w);
        if (share === "link") assert(ratio <= 1.02, `${ratio} times what it must take`);
        if (share === "never") assert(ratio > 1, `${ratio} times what it must take`);
      },
    });
  }
}
