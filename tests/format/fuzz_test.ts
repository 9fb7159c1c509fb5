/**
 * Parsers against anything: arbitrary text, bytes, damaged copies of what they write, and a corpus of what once
 * was thought of. They never hang, throw nothing untyped, and what they accept they write and read again (issue
 * 6, item 7). Round trips of what the program itself writes are in tests/units; config and portable have their own.
 */

import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import fc from "fast-check";
import "../helpers/seed.ts";
import { splitAtPoint } from "../../src/base/at_path.ts";
import { formatDuration, tryParseDuration } from "../../src/base/duration.ts";
import { HikaeError, toPlainError } from "../../src/base/errors.ts";
import type { Message } from "../../src/base/event.ts";
import { compileGlob, isGlob } from "../../src/base/glob.ts";
import { choosePoint, parsePoint, tryParsePoint } from "../../src/base/point.ts";
import { normalizeRel } from "../../src/base/relpath.ts";
import { safeName, unsafeName } from "../../src/base/safe_name.ts";
import { formatSize, parseSize, tryParseSize } from "../../src/base/size.ts";
import { parseStamp, runStamp, stampFromNumber, stampToNumber } from "../../src/base/stamp.ts";
import { compileRules } from "../../src/engine/source/rules.ts";
import { sha256 } from "../../src/platform/hash.ts";
import { unescapeName } from "../../src/vault/line.ts";
import { formatMetadata, parseMetadata } from "../../src/vault/metadata.ts";
import { markOf, parseMark } from "../../src/vault/names.ts";
import { formatNames, parseNames } from "../../src/vault/names_file.ts";
import { formatLine, parseHead, parseLine } from "../../src/vault/record.ts";
import { PackedRow } from "../../src/vault/scan_row.ts";
import { formatVaultInfo, parseVaultInfo } from "../../src/vault/vault_json.ts";
import { enginePorts } from "../helpers/engine_helper.ts";
import { Grown, growRich } from "../helpers/maintain_helper.ts";
import { list } from "../helpers/ask.ts";
import { history } from "../helpers/ask.ts";
import { theIndex } from "../helpers/index_helper.ts";

const CORPUS = fromFileUrl(new URL("../testdata/corpus", import.meta.url));

/** The texts of a part of the corpus; of `text` its lines. */
function corpus(part: string): string[] {
  const dir = join(CORPUS, part);
  return [...Deno.readDirSync(dir)].map((e) => Deno.readTextFileSync(join(dir, e.name)));
}

/** Texts near to a seed: pieces taken out, put in twice, and characters exchanged. */
function near(seeds: readonly string[]): fc.Arbitrary<string> {
  return fc.tuple(
    fc.constantFrom(...seeds),
    fc.array(fc.tuple(fc.nat(400), fc.nat(20), fc.string({ unit: "binary", maxLength: 4 })), {
      maxLength: 4,
    }),
  ).map(([seed, cuts]) => {
    let text = seed;
    for (const [at, length, put] of cuts) {
      const i = at % (text.length + 1);
      text = text.slice(0, i) + put + text.slice(i + length);
    }
    return text;
  });
}

const anything = fc.oneof(
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.string({ maxLength: 100 }),
  fc.json(),
);

/** Calls a parser with texts of its corpus, near to it, and of any kind; only typed errors may come. */
function fuzz(part: string, parse: (text: string) => void, runs = 400): void {
  const seeds = corpus(part).flatMap((t) => part === "text" ? t.split("\n") : [t]);
  const safely = (text: string): void => {
    try {
      parse(text);
    } catch (error) {
      if (!(error instanceof HikaeError)) throw error;
    }
  };
  for (const seed of seeds) safely(seed);
  fc.assert(fc.property(fc.oneof(near(seeds), anything), safely), { numRuns: runs });
}

Deno.test("fuzz: metadata.txt", () => {
  fuzz("metadata", (text) => {
    const read = parseMetadata(text);
    if (read === undefined) return;
    assertEquals(parseMetadata(formatMetadata(read.files, sha256))?.files, read.files);
  });
});

Deno.test("fuzz: names.txt and escaped names", () => {
  fuzz("names", (text) => {
    const read = parseNames(text);
    assertEquals(parseNames(formatNames(read)), read);
    unescapeName(text);
  });
});

Deno.test("fuzz: marks' names: what is read is written the same", () => {
  const prefix = fc.constantFrom("$OLD@", ".$DEL@", "$LNK$", "$OLDLNK@", ".$DELLNK@", "$OLD", "");
  const stamp = fc.constantFrom("20260101_000000", "20261301_000000", "2026", "");
  const parts = fc.tuple(
    prefix,
    stamp,
    fc.constantFrom("$", "", "$$"),
    fc.string({ unit: "binary" }),
  );
  fc.assert(
    fc.property(parts, (all) => {
      const mark = parseMark(all.join(""));
      if (mark !== undefined) assertEquals(markOf(mark.kind, mark.name, mark.stamp), all.join(""));
    }),
    { numRuns: 1000 },
  );
});

Deno.test("fuzz: lines of records: accepted ones never lead out of the vault and are written the same", () => {
  fuzz("record", (text) => {
    const head = parseHead(text);
    if (head !== undefined) assertEquals(parseHead(formatLine(head)), head);
    const line = parseLine(text);
    if (line === undefined) return;
    assertEquals(parseLine(formatLine(line)), line);
    if (line.kind !== "version" && line.kind !== "attr") return;
    assert(!line.path.split("/").includes("..") && !line.path.startsWith("/"), line.path);
  });
});

Deno.test("fuzz: vault.json", () => {
  fuzz("vault", (text) => {
    const info = parseVaultInfo(text, "vault.json");
    assertEquals(parseVaultInfo(formatVaultInfo(info), "vault.json"), info);
  });
});

Deno.test("fuzz: packed rows of the scan cache: any bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
      PackedRow.open(bytes)?.entries();
    }),
    { numRuns: 1000 },
  );
});

Deno.test("fuzz: gitignore lists: anything compiles, and answers at once", () => {
  fuzz("ignore", (text) => {
    const rules = compileRules({
      exclude: text.split("\n"),
      excludeIfPresent: [],
      oneFileSystem: false,
    }, []);
    rules.excludes("a".repeat(80), false);
    rules.excludes("d/e/f.tmp", true);
  }, 200);
});

Deno.test("fuzz: points in time, durations, sizes, stamps, paths with a point", () => {
  const marks = ["20260101_000000", "20260202_000000"].map((s) => ({
    stamp: s as never,
    complete: true,
  }));
  fuzz("text", (text) => {
    const point = tryParsePoint(text);
    if (point !== undefined) choosePoint(point, marks, 0);
    const duration = tryParseDuration(text);
    if (duration !== undefined) {
      const written = formatDuration(duration);
      assertEquals(formatDuration(tryParseDuration(written) ?? duration), written);
    }
    const size = tryParseSize(text);
    if (size !== undefined) assert(Number.isSafeInteger(size) && formatSize(size).length < 20);
    const stamp = parseStamp(text);
    if (stamp !== undefined) assertEquals(stampFromNumber(stampToNumber(stamp)), stamp);
    for (const reading of splitAtPoint(text)) {
      if (reading.point !== undefined) assertEquals(`${reading.path}@${reading.point}`, text);
    }
    for (const windows of [false, true]) {
      const rel = normalizeRel(text, windows);
      if (rel !== undefined) assertEquals(normalizeRel(rel, windows), rel);
    }
    if (text.isWellFormed()) assertEquals(unsafeName(safeName(text)), text);
    parsePoint(text);
    parseSize(text, "test");
  }, 1500);
});

Deno.test("fuzz: globs compile or are refused, and match in good time", () => {
  fuzz("text", (text) => {
    isGlob(text);
    const matches = compileGlob(text);
    matches("a".repeat(60));
    matches("aaaa/".repeat(12) + "b");
  }, 400);
});

Deno.test("fuzz: a run's stamp is later than the one before, whatever the clock says", () => {
  const instant = fc.integer({ min: 0, max: 253_000_000_000_000 });
  fc.assert(
    fc.property(instant, instant, (a, b) => {
      const first = runStamp(a, undefined);
      const next = runStamp(b, first);
      assert(next > first && parseStamp(next) === next);
    }),
    { numRuns: 1000 },
  );
});

Deno.test("fuzz: a catalog of any bytes, cut or flipped, crashes no reader and changes no answer of a rebuilt one", async () => {
  using g = new Grown();
  await growRich(g);
  const path = theIndex(g.vault);
  const whole = Deno.readFileSync(path);
  const ask = async (): Promise<string> => {
    const messages: Message[] = [];
    const look = { root: g.vault, windows: false };
    list(enginePorts(messages), look);
    await history(enginePorts(messages), { ...look, path: "a" });
    return JSON.stringify(messages.filter((m) => m.message_type !== "error"));
  };
  const truth = await ask();
  const broken = fc.oneof(
    fc.uint8Array({ maxLength: 4096 }),
    fc.nat(whole.length - 1).map((n) => whole.slice(0, n)),
    fc.uint8Array({ minLength: 10, maxLength: 200 }).map((noise) => {
      const bytes = whole.slice();
      bytes.set(noise, 0);
      return bytes;
    }),
  );
  await fc.assert(
    fc.asyncProperty(broken, async (bytes) => {
      Deno.writeFileSync(path, bytes);
      assertEquals(await ask(), truth);
    }),
    { numRuns: 60 },
  );
  // a flipped bit may lie in any text: an answer may be wrong until `reindex`, a crash is not one
  const flip = fc.tuple(fc.nat(whole.length - 1), fc.nat(7));
  await fc.assert(
    fc.asyncProperty(flip, async ([at, bit]) => {
      const bytes = whole.slice();
      bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
      Deno.writeFileSync(path, bytes);
      try {
        await ask();
      } catch (error) {
        // as main gets it from the engine, with the hint to make the index anew
        if (!["damaged", "no_such_path"].includes(toPlainError(error).id)) throw error;
      }
    }),
    { numRuns: 300 },
  );
});
