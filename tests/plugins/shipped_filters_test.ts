/** The shipped plugins that look at files: what they leave out, and what they hold a run for. */

import { assert, assertEquals, assertFalse, assertMatch } from "@std/assert";
import { join } from "@std/path";
import {
  entropy,
  looksRandom,
  looksScrambled,
  strangeEnding,
} from "../../plugins/lib/scrambled.ts";
import type { Entry } from "../../src/plugins/api.ts";
import { addDirectory, emptyBatch, type FilterBatch } from "../../src/plugins/batch.ts";
import { asked, FACTS } from "./plugins_support.ts";
import { withPlugin } from "./shipped_support.ts";

const NOW = Date.parse(FACTS.started);
const DAY = 86_400_000;

type Row = [name: string, size?: number, age?: number, type?: "file" | "dir"];

function batchOf(dirs: Record<string, Row[]>): FilterBatch {
  const batch = emptyBatch();
  for (const [dir, rows] of Object.entries(dirs)) {
    addDirectory(
      batch,
      dir,
      rows.map(([name, size = 10, age = 0, type = "file"]) => ({
        name,
        type,
        size,
        mtime: NOW - age,
      })),
    );
  }
  return batch;
}

/** What `skip_rules` leaves out, by name. */
async function skipped(options: Record<string, unknown>, rows: Row[]): Promise<string[]> {
  let names: string[] = [];
  const t = await withPlugin("skip_rules", { options }, async ({ set }) => {
    await set.preBackup();
    const { leaveOut } = await set.filter(asked(batchOf({ "": [["other", 10, DAY]], d: rows })));
    assertEquals(leaveOut[0], []);
    names = (leaveOut[1] ?? []).map((n) => rows[n]?.[0] ?? "?");
  });
  assertEquals(t.warnings, []);
  return names;
}

Deno.test("skip_rules: by size, age and name", async () => {
  const rows: Row[] = [
    ["big", 3 * 1024 ** 3],
    ["edge", 2 * 1024 ** 3],
    ["small", 1],
    ["old", 10, 400 * DAY],
    ["fresh.iso", 10, 60_000],
    ["dir", 0, 400 * DAY, "dir"],
    ["a+b.tmp", 10, 20 * DAY],
    ["node_modules", 0, 30 * DAY, "dir"],
  ];
  const settled = rows.map((row): Row => [row[0], row[1] ?? 10, row[2] || DAY, row[3] ?? "file"]);
  assertEquals(await skipped({ largerThan: "2G" }, rows), ["big"]);
  assertEquals(await skipped({ largerThan: 2147483648 }, rows), ["big"]);
  assertEquals(await skipped({ smallerThan: "5" }, rows), ["small"]);
  assertEquals(await skipped({ olderThan: "1y" }, rows), ["old"]);
  assertEquals(await skipped({ olderThan: "6mo1w", largerThan: "2.5GiB" }, rows), ["big", "old"]);
  assertEquals(await skipped({ youngerThan: "61s" }, settled), ["fresh.iso"]);
  assertEquals(await skipped({ youngerThan: "10m" }, settled), ["fresh.iso"]);
  const patterns = ["*.iso", "node_modules", "a+?.tmp", "dirx"];
  assertEquals(await skipped({ patterns }, rows), ["fresh.iso", "a+b.tmp", "node_modules"]);
  assertEquals(await skipped({}, rows), []);
});

Deno.test("skip_rules: a wrong option is told before the run", async () => {
  for (const options of [{ olderThan: "soon" }, { largerThan: "much" }, { youngerThan: "5x" }]) {
    const t = await withPlugin("skip_rules", { options }, async ({ set }) => {
      await set.preBackup();
      assertFalse(set.has("filter"));
    });
    assertMatch(t.warnings.join(), /is no (size|duration); write it as/);
  }
  for (const options of [{ cacheDirs: "names" }, { patterns: ["tmp/"] }]) {
    const t = await withPlugin("skip_rules", { options }, async ({ set }) => {
      await set.preBackup();
    });
    assertMatch(t.warnings.join(), /is none of true, false|tmp\/ is no name/);
  }
});

Deno.test("skip_rules: the contents of cache directories, not their tag", async () => {
  const rows: Row[] = [["CACHEDIR.TAG", 60], ["blob"], ["sub", 0, 0, "dir"]];
  assertEquals(await skipped({ cacheDirs: true }, rows), ["blob", "sub"]);
  assertEquals(await skipped({ cacheDirs: true }, [["CACHEDIR.TAG", 3], ["blob"]]), []);
  assertEquals(await skipped({ cacheDirs: false }, rows), []);
  const source = Deno.makeTempDirSync();
  for (
    const [dir, text] of [["real", "Signature: 8a477f597d28d172789f06886806bc55\n# x"], [
      "fake",
      "x".repeat(60),
    ]]
  ) {
    Deno.mkdirSync(join(source, dir ?? ""));
    Deno.writeTextFileSync(join(source, dir ?? "", "CACHEDIR.TAG"), text ?? "");
  }
  const rest = { options: { cacheDirs: "check" }, allow: { read: ["{source}"] } };
  await withPlugin("skip_rules", rest, async ({ set }) => {
    await set.preBackup();
    const { leaveOut } = await set.filter(asked(batchOf({ real: rows, fake: rows, none: rows })));
    assertEquals(leaveOut, [[1, 2], [], []]);
  }, { source });
  Deno.removeSync(source, { recursive: true });
});

Deno.test("ransom_guard: what looks random, and what became so", () => {
  const random = (n: number): Uint8Array => crypto.getRandomValues(new Uint8Array(n));
  const text = new TextEncoder().encode(
    "the quick brown fox jumps over the lazy dog ".repeat(1000),
  );
  for (const n of [256, 300, 512, 1000, 4096, 20_000, 65_536]) {
    for (let i = 0; i < 20; i++) assert(looksRandom(random(n)), `${n}: ${entropy(random(n))}`);
    assertFalse(looksRandom(text.subarray(0, n)));
  }
  assertFalse(looksRandom(random(100)), "too few bytes to tell");
  const zip = (): Uint8Array => {
    const bytes = random(9000);
    bytes.set([0x50, 0x4b, 3, 4]);
    return bytes;
  };
  assertFalse(looksScrambled(zip(), zip()), "an archive was written again");
  assert(looksScrambled(zip(), random(9000).fill(7, 0, 3)), "an archive was encrypted");
  assert(looksScrambled(text, random(9000)));
  assertFalse(looksScrambled(random(9000), text), "decrypted");
  assertEquals(strangeEnding("letter.docx.x7k2"), "x7k2");
  assertEquals(strangeEnding("photo.JPG.Locked"), "locked");
  for (
    const usual of ["a.docx", "data.json.gz", "a.pdf.part", "x.tar.gz", "archive.zip.001.ok.md5"]
  ) {
    assertEquals(strangeEnding(usual), undefined);
  }
});

Deno.test("ransom_guard: by names alone, with no grant", async () => {
  const many = (ending: string, age = 0): Row[] =>
    Array.from({ length: 12 }, (_, n): Row => [`letter${n}.docx${ending}`, 10, age]);
  const hold = async (rows: Row[], more: object = {}): Promise<string | undefined> => {
    let reason: string | undefined;
    const options = { content: false, files: 20, ...more };
    const t = await withPlugin("ransom_guard", { options }, async ({ set }) => {
      await set.preBackup();
      await set.filter(asked(batchOf({ "": rows })));
      reason = (await set.filter(asked(batchOf({ sub: rows })))).hold?.reason;
    });
    assertEquals(t.warnings, []);
    return reason;
  };
  assertMatch(await hold(many(".locked")) ?? "", /^24 files now end in \.locked: this may be/);
  assertEquals(await hold(many(".locked", 3 * DAY)), undefined);
  assertEquals(await hold(many("")), undefined);
  assertEquals(await hold(many(".gz")), undefined);
  assertEquals(await hold(many(".locked"), { files: 25 }), undefined);
  assertEquals(await hold(many(".locked"), { passUntil: "2099-01-01" }), undefined);
  assertMatch(await hold(many(".locked"), { passUntil: "2020-01-01" }) ?? "", /ransomware/);
});

/** A source and its vault with the same documents. */
function twins(): { source: string; vault: string; files: string[] } {
  const [source, vault] = [Deno.makeTempDirSync(), Deno.makeTempDirSync()];
  const files = Array.from({ length: 10 }, (_, n) => `letter${n}.txt`);
  for (const root of [source, vault]) {
    Deno.mkdirSync(join(root, "docs"));
    for (const name of files) {
      Deno.writeTextFileSync(join(root, "docs", name), `dear ${name}, `.repeat(100));
      Deno.utimeSync(join(root, "docs", name), 1e9, 1e9);
    }
  }
  return { source, vault, files };
}

function look(dir: string): Entry[] {
  return [...Deno.readDirSync(dir)].map(({ name }) => {
    const { size, mtime } = Deno.statSync(join(dir, name));
    return { name, type: "file", size, mtime: mtime?.getTime() ?? 0 };
  });
}

async function guardSays(
  { source, vault }: { source: string; vault: string },
  options: Record<string, unknown> = {},
): Promise<string | undefined> {
  let reason: string | undefined;
  const allow = { read: ["{source}", "{vaults}"] };
  const rest = { allow, options: { files: 8, ...options } };
  const t = await withPlugin("ransom_guard", rest, async ({ set }) => {
    reason = (await set.preBackup()).hold?.reason;
    const batch = emptyBatch();
    addDirectory(batch, "docs", look(join(source, "docs")));
    reason ??= (await set.filter(asked(batch))).hold?.reason;
  }, { source, vaults: [vault] });
  assertEquals(t.warnings, []);
  return reason;
}

Deno.test("ransom_guard: holds a run whose files were encrypted, in place or under new names", async () => {
  const place = twins();
  const docs = join(place.source, "docs");
  const noise = (): Uint8Array => crypto.getRandomValues(new Uint8Array(1500));
  assertEquals(await guardSays(place), undefined, "nothing changed");
  for (const name of place.files) {
    Deno.writeTextFileSync(join(docs, name), `my dear ${name}, `.repeat(100));
  }
  assertEquals(await guardSays(place), undefined, "people edit many files");
  for (const name of place.files.slice(0, 7)) Deno.writeFileSync(join(docs, name), noise());
  assertEquals(await guardSays(place), undefined, "fewer than 8");
  for (const name of place.files) Deno.writeFileSync(join(docs, name), noise());
  assertMatch(
    await guardSays(place) ?? "",
    /^10 files were scrambled since the last run, as docs\/let/,
  );
  for (const name of place.files) {
    Deno.renameSync(join(docs, name), join(docs, `${name}.id-7.x7k2`));
  }
  assertMatch(await guardSays(place) ?? "", /^10 files were scrambled .*\.x7k2: this may be/);
  assertEquals(await guardSays(place, { passUntil: "2099-01-01" }), undefined);
  for (const name of place.files) {
    Deno.writeTextFileSync(join(docs, name), `dear ${name}, `.repeat(100));
  }
  assertEquals(await guardSays(place), undefined, "encrypted copies beside the files are no harm");
  for (const dir of [place.source, place.vault]) Deno.removeSync(dir, { recursive: true });
});

Deno.test("ransom_guard: files that merely moved, or have another ending and the same content, hold no run", async () => {
  const place = twins();
  const docs = join(place.source, "docs");
  for (const name of place.files) Deno.writeFileSync(join(docs, name), noisy(name));
  const vault = join(place.vault, "docs");
  for (const name of place.files) Deno.copyFileSync(join(docs, name), join(vault, name));
  // what looks random from the start, as photos do, under new names in the same directory
  for (const [i, name] of place.files.entries()) {
    Deno.renameSync(
      join(docs, name),
      join(docs, i % 2 === 0 ? `IMG_${i}.jpg` : `${name}.id-7.x7k2`),
    );
  }
  assertEquals(await guardSays(place), undefined, "renamed");
  Deno.renameSync(vault, join(place.vault, "before"));
  assertEquals(await guardSays(place), undefined, "in a directory that is new");
  for (const dir of [place.source, place.vault]) Deno.removeSync(dir, { recursive: true });
});

/** Random bytes of a file of its own. */
function noisy(name: string): Uint8Array {
  return new Uint8Array(
    Array.from({ length: 1500 }, (_, i) => (i * i * 7 + name.length + i) & 255),
  );
}

Deno.test("ransom_guard: a canary that is gone or changed holds the run before it begins", async () => {
  const place = twins();
  const options = { canaries: ["docs/letter3.txt"] };
  assertEquals(await guardSays(place, options), undefined);
  assertEquals(
    await guardSays(place, { canaries: ["docs/new.txt"] }),
    undefined,
    "not in the vault",
  );
  Deno.writeTextFileSync(join(place.source, "docs/letter3.txt"), "other");
  assertMatch(
    await guardSays(place, options) ?? "",
    /^the canary docs\/letter3\.txt is gone or changed/,
  );
  Deno.removeSync(join(place.source, "docs/letter3.txt"));
  assertMatch(await guardSays(place, options) ?? "", /^the canary/);
  for (const dir of [place.source, place.vault]) Deno.removeSync(dir, { recursive: true });
});
