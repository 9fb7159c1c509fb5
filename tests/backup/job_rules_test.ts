import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { makeTree, run, tempDir } from "../helpers/cli_helper.ts";

/** A job with a plugin that protects one path and tells what it hears. */
function place(): { dir: string; config: string; done(): void } {
  const temp = tempDir();
  const dir = temp.path;
  makeTree(join(dir, "source"), { "keep.txt": "1", "other.txt": "1" });
  Deno.writeTextFileSync(
    join(dir, "guard.ts"),
    `export default {
  name: "guard",
  preCleanup: () => ({ protect: ["keep.txt"] }),
  postCleanup: (result, host) => host.log("info", result.command + " removed " + result.versionsRemoved + ", protected " + result.protected),
};\n`,
  );
  const config = join(dir, "hikae.jsonc");
  const job = {
    source: "./source",
    vaults: ["./vault"],
    keep: { last: 1 },
    plugins: [{ path: "./guard.ts" }],
  };
  Deno.writeTextFileSync(config, JSON.stringify({ jobs: { docs: job } }));
  return { dir, config, done: () => temp[Symbol.dispose]() };
}

Deno.test("a job's keep is applied after a good run, and its plugins may protect what would go", async () => {
  const p = place();
  try {
    const args = ["backup", "docs", "--config", p.config];
    assertEquals((await run(args)).code, 0);
    makeTree(join(p.dir, "source"), { "keep.txt": "22", "other.txt": "22" });
    const second = await run(args);
    assertEquals(second.code, 0, second.stderr);
    assertStringIncludes(second.stdout, `: 1 snapshot removed, 1 kept\n  1 version removed`);
    const history = async (path: string): Promise<number> =>
      (await run(["history", "docs", path, "--config", p.config, "--json"])).json.filter((m) =>
        m.message_type === "version"
      ).length;
    assertEquals(await history("keep.txt"), 2);
    assertEquals(await history("other.txt"), 1);
    const list = await run(["list", "docs", "--config", p.config, "--json"]);
    assertEquals(list.json.filter((m) => m.message_type === "snapshot").length, 1);
  } finally {
    p.done();
  }
});

Deno.test("prune by job name asks the plugins and tells them what went", async () => {
  const p = place();
  try {
    const backup = ["backup", "docs", "--config", p.config, "--only-backup"];
    await run(backup);
    makeTree(join(p.dir, "source"), { "keep.txt": "22", "other.txt": "22" });
    await run(backup);
    const pruned = await run(["prune", "docs", "--config", p.config, "--json"]);
    assertEquals(pruned.code, 0, pruned.stderr);
    const notes = pruned.json.filter((m) => m.message_type === "note").map((m) => m.message);
    assertEquals(notes, ["guard: prune removed 1, protected 1"]);
    const summary = pruned.json.at(-1);
    assert(summary !== undefined);
    assertEquals([summary.versions_removed, summary.protected], [1, 1]);
  } finally {
    p.done();
  }
});

Deno.test("a --vault that the job has not is an error, and not a run that does nothing", async () => {
  const p = place();
  try {
    const chosen = ["--vault", "elsewhere", "--config", p.config];
    for (const line of [["backup", "docs"], ["backup", "--all"], ["list", "docs"], ["status"]]) {
      const done = await run([...line, ...chosen]);
      assertEquals(done.code, 10, line.join(" "));
      assertStringIncludes(done.stderr, "none of the job's vaults is elsewhere");
    }
    const relative = ["backup", "docs", "--vault", "./vault/", "--config", p.config];
    assertEquals((await run(relative, { cwd: p.dir })).code, 0);
    assertEquals((await run(["list", "docs", "--config", p.config])).code, 0);
  } finally {
    p.done();
  }
});

Deno.test("{source} and {vaults} in a grant are no paths beside the config, and are explained as what they stand for", async () => {
  const p = place();
  try {
    const allow = { read: ["{source}", "{vaults}/x", "./near"] };
    const plugins = [{ path: "./guard.ts", allow }];
    const job = { source: "./source", vaults: ["./vault"], plugins };
    Deno.writeTextFileSync(p.config, JSON.stringify({ jobs: { docs: job } }));
    const last = ["--config", p.config, "--json"];
    const shown = (await run(["config", "show", ...last])).json.find((m) => m.key === "plugins");
    const [given] = shown?.value as { allow: unknown }[];
    assertEquals(given?.allow, { read: ["{source}", "{vaults}/x", join(p.dir, "near")] });
    const sets = await run(["backup", "docs", "--explain-permissions", ...last]);
    const thread = sets.json.find((m) => String(m.thread).startsWith("plugin "));
    const real = Deno.realPathSync(p.dir);
    assertEquals(thread?.read, [
      join(real, "source"),
      `${join(real, "vault")}/x`,
      join(p.dir, "near"),
    ]);
  } finally {
    p.done();
  }
});

Deno.test("a plugin that names a vault as the source fails: no vault is backed up into itself", async () => {
  const p = place();
  try {
    for (const [what, code] of [["warn", 3], ["abort", 1]] as const) {
      for (const below of ["", "/.$META$/runs"]) {
        Deno.writeTextFileSync(
          join(p.dir, "turn.ts"),
          `export default { name: "turn", preBackup: (run) => ({ source: run.vaults[0] + "${below}" }) };\n`,
        );
        const allow = { source: true };
        const plugins = [{ path: "./turn.ts", allow, onError: what }];
        const job = { source: "./source", vaults: ["./vault"], plugins };
        Deno.writeTextFileSync(p.config, JSON.stringify({ jobs: { docs: job } }));
        if (below !== "") {
          assertEquals((await run(["backup", `${p.dir}/source`, `${p.dir}/vault`])).code, 0);
        } else Deno.mkdirSync(join(p.dir, "vault"), { recursive: true });
        const done = await run(["backup", "docs", "--config", p.config]);
        assertEquals(done.code, code, done.stderr);
        assertStringIncludes(done.stderr, "lies inside a vault of this run");
        const names = [...Deno.readDirSync(join(p.dir, "vault"))].map((e) => e.name).sort();
        assertEquals(names.filter((n) => n !== ".$META$"), ["keep.txt", "other.txt"]);
      }
    }
  } finally {
    p.done();
  }
});

Deno.test("a snapshot that a plugin names holds the vault inside the source too: it is left out", async () => {
  const p = place();
  try {
    Deno.writeTextFileSync(
      join(p.dir, "snap.ts"),
      `export default { name: "snap", preBackup: () => ({ source: ${
        JSON.stringify(join(p.dir, "snapshot"))
      } }) };\n`,
    );
    const job = { source: "./source", vaults: ["./source/deep/vault"] };
    const jobs = {
      plain: job,
      snap: { ...job, plugins: [{ path: "./snap.ts", allow: { source: true } }] },
    };
    Deno.writeTextFileSync(p.config, JSON.stringify({ jobs }));
    makeTree(join(p.dir, "snapshot"), {
      "keep.txt": "1",
      deep: { vault: { "keep.txt": "1", ".$META$": { "vault.json": "{}" } }, other: "1" },
    });
    for (const name of ["plain", "snap"]) {
      const done = await run(["backup", name, "--config", p.config, "--init"]);
      assertEquals(done.code, 0, done.stderr);
    }
    const vault = join(p.dir, "source", "deep", "vault");
    const names = (dir: string): string[] => [...Deno.readDirSync(dir)].map((e) => e.name).sort();
    assertEquals(names(vault), [".$META$", "deep", "keep.txt"]);
    assertEquals(names(join(vault, "deep")).filter((n) => n !== ".$META$"), ["other"]);
  } finally {
    p.done();
  }
});
