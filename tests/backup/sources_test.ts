/** Jobs with several sources, and several sources on a line: each in a vault of its own. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import {
  makeTree,
  run,
  type RunOptions,
  type RunResult,
  type TempDir,
  tempDir,
} from "../helpers/cli_helper.ts";

function withSources(): { dir: TempDir; options: RunOptions; write(job: unknown): void } {
  const dir = tempDir();
  makeTree(dir.path, {
    docs: { a: "1" },
    "my pictures": { b: "22" },
    other: { docs: { c: "333" } },
    usb: {},
  });
  const options: RunOptions = { cwd: dir.path, env: { HIKAE_STATE_DIR: dir.at("state") } };
  const write = (job: unknown): void =>
    Deno.writeTextFileSync(dir.at("hikae.jsonc"), JSON.stringify({ jobs: { home: job } }, null, 2));
  write({ sources: ["docs", "my pictures"], vaults: ["usb/backup"] });
  return { dir, options, write };
}

function has(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

function statuses(r: RunResult): unknown[] {
  return r.json.filter((m) => m.message_type === "job_status").map((
    m,
  ) => [m.job, m.name, m.result]);
}

Deno.test("a job with several sources: each in a vault of its own name, a line of status for each", async () => {
  const { dir, options } = withSources();
  using _ = dir;
  const r = await run(["backup", "home", "--init", "--json"], options);
  assertEquals(r.code, 0, r.stderr);
  assertEquals(r.json.filter((m) => m.message_type === "summary").length, 2);
  assertEquals(Deno.readTextFileSync(dir.at("usb", "backup", "docs", "a")), "1");
  assertEquals(Deno.readTextFileSync(dir.at("usb", "backup", "my pictures", "b")), "22");
  const both = [["home", "docs", "ok"], ["home", "my pictures", "ok"]];
  assertEquals(statuses(await run(["status", "--json"], options)), both);
  assertEquals(statuses(await run(["status", "home", "--json"], options)), both);
  const one = await run(["status", "home/docs", "--json"], options);
  assertEquals(statuses(one), [["home", "docs", "ok"]]);
  assertEquals((await run(["backup", "--all", "--json"], options)).code, 0);
  assertEquals((await run(["backup", "home/docs", "--json"], options)).code, 0);
});

Deno.test("JOB/NAME is one of its sources; list and report answer for each, restore wants a name", async () => {
  const { dir, options } = withSources();
  using _ = dir;
  assertEquals((await run(["backup", "home", "--init"], options)).code, 0);
  const list = await run(["list", "home", "--json"], options);
  assertEquals([list.code, list.json.filter((m) => m.message_type === "snapshot").length], [0, 2]);
  assertMatch(
    (await run(["list", "home"], options)).stderr,
    /== home\/docs\n[^]*== home\/my pictures/,
  );
  assertEquals((await run(["list", "home/docs", "--json"], options)).json.length > 0, true);
  assertEquals((await run(["report", "home", "--json"], options)).json.length, 2);
  for (
    const line of [["restore", "home", "--to", "out"], ["ls", "home"], [
      "prune",
      "home",
      "--keep-last",
      "1",
    ]]
  ) {
    const refused = await run(line, options);
    assertEquals(refused.code, 2, line.join(" "));
    assertStringIncludes(refused.stderr, "home/docs, home/my pictures");
  }
  const back = await run(["restore", "home/my pictures", "--to", "out"], options);
  assertEquals(back.code, 0, back.stderr);
  assertEquals(Deno.readTextFileSync(dir.at("out", "b")), "22");
  for (const line of [["backup", "home/nope"], ["list", "home/nope"]]) {
    const refused = await run(line, options);
    assertEquals(refused.code, 2, line.join(" "));
    assertStringIncludes(refused.stderr, "home/nope is no source of the job home");
  }
  // a path stays a path
  assertEquals((await run(["list", "./home/docs"], options)).code, 10);
});

Deno.test("{name} places each source; several vaults, rules and a log are those of the job", async () => {
  const { dir, options, write } = withSources();
  using _ = dir;
  write({
    sources: ["docs", "my pictures"],
    vaults: ["usb/{name}/vault", "usb/second"],
    keep: { last: 1 },
  });
  for (let i = 0; i < 2; i++) {
    Deno.writeTextFileSync(dir.at("docs", "a"), String(i));
    const r = await run(["backup", "home", "--init", "--log"], options);
    assertEquals(r.code, 0, r.stderr);
  }
  for (const vault of ["docs/vault", "my pictures/vault", "second/docs", "second/my pictures"]) {
    assert(has(dir.at("usb", vault, ".$META$", "vault.json")), vault);
  }
  const last = JSON.parse(Deno.readTextFileSync(dir.at("state", "logs", "home", "last.json")));
  assertEquals([last.job, last.result, last.summaries.length], ["home", "ok", 4]);
  assertEquals([...Deno.readDirSync(dir.at("state", "logs"))].map((e) => e.name), ["home"]);
  const kept = await run(["list", "home/docs", "--json"], options);
  assertEquals(kept.json.filter((m) => m.message_type === "snapshot").length, 1);
});

Deno.test("one source that is missing fails alone: exit 3, and the others are backed up", async () => {
  const { dir, options } = withSources();
  using _ = dir;
  Deno.removeSync(dir.at("docs"), { recursive: true });
  const r = await run(["backup", "home", "--init", "--log"], options);
  assertEquals(r.code, 3);
  assert(has(dir.at("usb", "backup", "my pictures", "b")));
  const last = JSON.parse(Deno.readTextFileSync(dir.at("state", "logs", "home", "last.json")));
  assertEquals([last.result, last.exit], ["incomplete", 3]);
  assertStringIncludes(String(last.message), "there is no such directory");
});

Deno.test("sources whose names collide, and both source and sources, are errors with their line", async () => {
  const { dir, options, write } = withSources();
  using _ = dir;
  write({ sources: ["docs", "other/Docs"], vaults: ["usb/backup"] });
  const twice = await run(["config", "check"], options);
  assertEquals(twice.code, 2);
  assertStringIncludes(twice.stderr.replace(/\s+/g, " "), "hikae.jsonc:6:");
  assertStringIncludes(twice.stderr.replace(/\s+/g, " "), "would have the same name");
  write({ source: "docs", sources: ["docs"], vaults: ["usb/backup"] });
  assertEquals((await run(["config", "check"], options)).code, 2);
  write({ vaults: ["usb/backup"] });
  assertEquals((await run(["config", "check"], options)).code, 2);
});

Deno.test("backup A B --to DEST: each in a vault of its own name below DEST", async () => {
  const { dir, options } = withSources();
  using _ = dir;
  const line = ["backup", "docs", "./my pictures", "--to", "usb", "--json"];
  const r = await run(line, options);
  assertEquals(r.code, 0, r.stderr);
  assertEquals(r.json.filter((m) => m.message_type === "summary").length, 2);
  assert(has(dir.at("usb", "docs", "a")) && has(dir.at("usb", "my pictures", "b")));
  const twice = await run(["backup", "docs", "other/docs", "--to", "usb"], options);
  assertEquals(twice.code, 2);
  assertEquals((await run(["backup", "--to", "usb"], options)).code, 2);
  assertEquals((await run(["backup", "docs", "--to", "s3:bucket"], options)).code, 2);
  // by the rule of missing parents: not on a disk where nobody would look for it
  const away = join("/hikae-not-there", "usb");
  if (Deno.build.os === "linux") {
    assertEquals((await run(["backup", "docs", "--to", away, "--dry-run"], options)).code, 4);
  }
});
