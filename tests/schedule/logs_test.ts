/** `hikae logs`: the last runs of a job or of all, and what is still being written. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { run, type RunOptions, spawn, type TempDir, tempDir } from "../helpers/cli_helper.ts";

function logged(dir: TempDir): RunOptions {
  const write = (job: string, stamp: string, text: string): void => {
    Deno.mkdirSync(dir.at("logs", job), { recursive: true });
    Deno.writeTextFileSync(dir.at("logs", job, `${stamp}.log`), text);
    const outcome = { format: 1, job, stamp, result: "ok", summaries: [], log: `${stamp}.log` };
    Deno.writeTextFileSync(dir.at("logs", job, "last.json"), JSON.stringify(outcome));
  };
  write("docs", "20261120_210000", "docs one\n");
  write("docs", "20261121_210000", "docs two\ntwo more\n");
  write("photos", "20261121_220000", "photos\n");
  return { env: { HIKAE_STATE_DIR: dir.path }, cwd: dir.path };
}

Deno.test("logs: the last run of a job, several of them, or of every job", async () => {
  using dir = tempDir();
  const options = logged(dir);
  assertEquals((await run(["logs", "docs"], options)).stdout, "docs two\ntwo more\n");
  assertEquals(
    (await run(["logs", "docs", "--last", "5"], options)).stdout,
    "== docs 20261120_210000\ndocs one\n== docs 20261121_210000\ndocs two\ntwo more\n",
  );
  const all = await run(["logs"], options);
  assertStringIncludes(all.stdout, "== docs 20261121_210000\ndocs two");
  assertStringIncludes(all.stdout, "== photos 20261121_220000\nphotos\n");
  const json = (await run(["logs", "docs", "--json"], options)).json;
  assertEquals(json, [
    { message_type: "answer", job: "docs", stamp: "20261121_210000", line: "docs two" },
    { message_type: "answer", job: "docs", stamp: "20261121_210000", line: "two more" },
  ]);
});

Deno.test("logs: a job without one is said, with the name that was meant", async () => {
  using dir = tempDir();
  const options = logged(dir);
  const near = await run(["logs", "dcos"], options);
  assertEquals(near.code, 1);
  assertStringIncludes(near.stderr, "did you mean docs?");
  assertEquals((await run(["logs", "docs", "--last", "x"], options)).code, 2);
  assertEquals((await run(["logs", "docs", "photos"], options)).code, 2);
  using empty = tempDir();
  const none = await run(["logs"], { env: { HIKAE_STATE_DIR: empty.path } });
  assertEquals([none.code, none.stdout], [0, ""]);
});

Deno.test({
  name: "logs --follow goes on with what is written, then with the next run, until Ctrl-C",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    using dir = tempDir();
    const child = spawn(["logs", "docs", "--follow"], logged(dir));
    const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    let said = "";
    const until = async (part: string): Promise<void> => {
      while (!said.includes(part)) {
        const { value, done } = await reader.read();
        assert(!done, said);
        said += value;
      }
    };
    await until("two more\n");
    const file = join(dir.path, "logs", "docs", "20261121_210000.log");
    Deno.writeTextFileSync(file, "half", { append: true });
    Deno.writeTextFileSync(file, " a line\n", { append: true });
    await until("half a line\n");
    Deno.writeTextFileSync(join(dir.path, "logs", "docs", "20261122_210000.log"), "new run\n");
    await until("new run\n");
    child.kill("SIGINT");
    await reader.cancel();
    await child.stderr.cancel();
    assertEquals((await child.status).code, 130);
  },
});
