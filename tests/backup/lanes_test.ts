/** A tree wide and deep enough for several lanes, against the model of the specification. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import {
  makeTree,
  removeTree,
  run,
  stamps,
  tempDir,
  type TreeSpec,
} from "../helpers/cli_helper.ts";
import { backupModel, expected, modelDir, readSource, readVault } from "./model_spec.ts";

/** Directories in directories, each with files. */
function wide(depth: number, width: number, files: number): TreeSpec {
  const tree: TreeSpec = {};
  for (let i = 0; i < files; i++) tree[`file ${i}`] = `${depth} ${i}`.repeat(i % 7);
  if (depth > 0) {
    for (let i = 0; i < width; i++) {
      tree[`dir ${i}`] = wide(depth - 1, width, files);
    }
  }
  return tree;
}

const sorted = (m: Map<string, string>): [string, string][] =>
  [...m].sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0);

Deno.test("several lanes make the vault that one lane would", async () => {
  using dir = tempDir();
  const [source, first, second] = [dir.at("source"), dir.at("first"), dir.at("second")];
  makeTree(source, wide(4, 4, 4));
  const models = [modelDir(), modelDir()];
  const backUp = async (vaults: string[]): Promise<void> => {
    const r = await run(["backup", source, ...vaults, "--json", "--allow-mass-change"]);
    assertEquals([r.code, r.stderr], [0, ""]);
    vaults.forEach((vault, i) => {
      const model = models[i] ?? modelDir();
      backupModel(model, readSource(source), stamps(vault).at(-1) ?? "");
      assertEquals(sorted(readVault(vault)), sorted(expected(model)));
    });
  };
  await backUp([first]);
  for (const i of [0, 1, 2]) {
    const at = join(source, `dir ${i}`);
    Deno.writeTextFileSync(join(at, "dir 1", "dir 2", "file 3"), `changed ${i}`);
    Deno.renameSync(join(at, "dir 2"), join(at, "moved"));
    removeTree(join(at, "dir 3", "dir 0"));
    makeTree(join(at, "dir 3"), { "dir 0": "a file now", "dir 9": wide(2, 2, 2) });
  }
  await backUp([first, second]);
  removeTree(join(source, "dir 3"));
  makeTree(source, { "dir 3": "a file now" });
  await backUp([first, second]);
});
