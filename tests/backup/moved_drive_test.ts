/** A stick that has another letter today: found by the vault's id and its volume, and never a copy taken for it. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { type DriveLook, foundAgain } from "../../src/cli/places/moved_drive.ts";
import type { KnownVaults } from "../../src/sandbox/state_wire.ts";
import { isThere, makeTree, run, tempDir, write } from "../helpers/cli_helper.ts";

/** Drives with vaults: by the letter, the path, its id, and the number of the volume. */
function system(drives: Record<string, { path?: string; id?: string; volume: number }>): DriveLook {
  const of = (path: string): { path?: string; id?: string; volume: number } | undefined =>
    drives[path.charAt(0)];
  return {
    drives: () => Object.keys(drives).map((letter) => `${letter}:\\`),
    idAt: (path) => of(path)?.path === path.slice(3) ? of(path)?.id : undefined,
    volumeAt: (path) => of(path)?.volume,
  };
}

const seen = { source: "C:\\Users\\me", seen: "2026-11-20T00:00:00Z" };
const KNOWN: KnownVaults = { "E:\\Backup\\docs": { ...seen, id: "one", volume: 77 } };
const PATH = "E:\\Backup\\docs";
const AT = "Backup\\docs";

Deno.test("moved drive: the vault is found at its path below another letter, by id and volume", () => {
  const look = system({ C: { volume: 1 }, F: { path: AT, id: "one", volume: 77 } });
  assertEquals(foundAgain(PATH, KNOWN, look), { moved: "F:\\Backup\\docs", alike: [] });
  assertEquals(foundAgain("e:\\backup\\DOCS", KNOWN, look).moved, undefined, "the disk tells case");
});

Deno.test("moved drive: a copy on another volume, another vault, another path are not it", () => {
  const copy = system({ F: { path: AT, id: "one", volume: 78 } });
  assertEquals(foundAgain(PATH, KNOWN, copy), { alike: ["F:\\Backup\\docs"] });
  for (
    const other of [
      system({ F: { path: AT, id: "two", volume: 77 } }),
      system({ F: { path: "docs", id: "one", volume: 77 } }),
      system({ E: { path: AT, id: "one", volume: 77 } }),
    ]
  ) assertEquals(foundAgain(PATH, KNOWN, other), { alike: [] });
});

Deno.test("moved drive: without a volume's number, or with a second place of this id, nothing is chosen", () => {
  const look = system({ F: { path: AT, id: "one", volume: 77 } });
  const alike = { alike: ["F:\\Backup\\docs"] };
  const { volume: _volume, ...unnumbered } = KNOWN[PATH] ?? { ...seen };
  assertEquals(foundAgain(PATH, { [PATH]: unnumbered }, look), alike);
  const twice: KnownVaults = { ...KNOWN, "D:\\copy": { ...seen, id: "one", volume: 5 } };
  assertEquals(foundAgain(PATH, twice, look), alike);
  // the same stick at an earlier letter is no second place
  const again: KnownVaults = { ...KNOWN, "G:\\Backup\\docs": { ...seen, id: "one", volume: 77 } };
  assertEquals(foundAgain(PATH, again, look).moved, "F:\\Backup\\docs");
  const zero = system({ F: { path: AT, id: "one", volume: 0 } });
  assertEquals(foundAgain(PATH, { [PATH]: { ...seen, id: "one", volume: 0 } }, zero), alike);
});

Deno.test("status of a vault that is not there says when its last good run was", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { a: "a" });
  const env = { HIKAE_STATE_DIR: dir.at("state") };
  write(
    dir.at("hikae.jsonc"),
    JSON.stringify({ jobs: { docs: { source: dir.at("s"), vaults: [dir.at("stick", "v")] } } }),
  );
  Deno.mkdirSync(dir.at("stick"));
  const config = ["--config", dir.at("hikae.jsonc")];
  const made = await run(["backup", "docs", "--json", "--init", ...config], { env });
  assertEquals(made.code, 0, made.stderr);
  const stamp = made.json.find((m) => m.message_type === "summary")?.stamp;
  Deno.renameSync(dir.at("stick"), dir.at("drawer"));
  for (const words of [[...config], [dir.at("stick", "v")], ["docs", ...config]]) {
    const told = await run(["status", "--json", ...words], { env });
    const [line] = told.json.filter((m) => m.message_type === "job_status");
    assertEquals([line?.result, line?.stamp], ["unreachable", stamp], words.join(" "));
    assertEquals(typeof line?.age, "number");
  }
  const text = await run(["status", ...config], { env });
  assertStringIncludes(text.stdout, String(stamp));
  const young = await run(["status", "--max-age", "1h", ...config], { env });
  const old = await run(["status", "--max-age", "0s", ...config], { env });
  assertEquals([isThere(dir.at("stick")), young.code, old.code], [false, 3, 1]);
});
