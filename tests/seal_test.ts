/** Seals: what a record's last line proves, and what of a rotted record is found by it. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { read, run } from "./cli_helper.ts";
import { Grown, growRich, META } from "./maintain_helper.ts";
import { dropIndex } from "./index_helper.ts";

/** The Python of docs/format.md. */
function python(): string {
  const page = Deno.readTextFileSync(new URL("../docs/format.md", import.meta.url));
  return /```python\n([^]*?)```/.exec(page)?.[1] ?? "";
}

async function checked(vault: string): Promise<string> {
  const { stdout, stderr } = await new Deno.Command("python3", { args: ["-c", python(), vault] })
    .output();
  return new TextDecoder().decode(stdout).trim() || new TextDecoder().decode(stderr);
}

Deno.test({
  name: "ten lines of Python check a seal",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    using g = new Grown();
    g.put({ a: "1", d: { "\u{1F600}": "x", "\uFF21": "y", e: {} }, gone: "1" });
    await g.backup();
    assertEquals(await checked(g.vault), "True");
    g.day(1).put({ a: "2" }).drop("gone");
    await g.backup();
    assertEquals(await checked(g.vault), "True");
    assertEquals(python().trim().split("\n").length, 10);
    const record = g.in(META, "runs", (await g.day(2).put({ b: "3" }).backup()) + ".jsonl");
    Deno.writeTextFileSync(record, read(record).replace('"path":"b"', '"path":"c"'));
    assertEquals(await checked(g.vault), "False");
  },
});

Deno.test("a flipped byte, a lost line and a swapped record are found by the seals", async () => {
  for (const kind of ["flipped", "lost line", "swapped", "of another vault"]) {
    using g = new Grown();
    const stamps = await growRich(g);
    const [one, two] = [2, 3].map((i) => g.in(META, "runs", `${stamps[i]}.jsonl`));
    const text = read(one ?? "");
    if (kind === "flipped") {
      Deno.writeTextFileSync(one ?? "", text.replace(/"size":\d/, '"size":7'));
    } else if (kind === "lost line") {
      const lines = text.split("\n");
      lines.splice(1, 1);
      Deno.writeTextFileSync(one ?? "", lines.join("\n"));
    } else if (kind === "of another vault") {
      Deno.writeTextFileSync(
        one ?? "",
        text.replace(/"vault":"."/, '"vault":"x"').replace(/"vault":"../, '"vault":"00'),
      );
    } else {
      Deno.writeTextFileSync(one ?? "", read(two ?? ""));
    }
    dropIndex(g.vault);
    const counts = g.verify();
    assert(counts.errors > 0, kind);
    const told = g.messages.flatMap((m) => m.message_type === "error" ? [String(m.path)] : []);
    assert(told.some((path) => path.includes(String(stamps[2]))), `${kind}: ${told}`);
  }
});

Deno.test("a vault without damage is proven, whole and in every snapshot", async () => {
  using g = new Grown();
  await growRich(g);
  const counts = g.verify();
  assertEquals([counts.errors, counts.seals_broken, counts.unsealed], [0, 0, 0]);
  assert(counts.seals_checked > 5);
  assert(g.list().every((s) => (s as { proven?: unknown }).proven !== false));
  assert(join(g.vault, META) !== "");
});

Deno.test("what cannot be held against its seal is given, named and ends with 3", async () => {
  using g = new Grown();
  g.put({ a: "1", d: { b: "1" } });
  const first = await g.backup();
  g.day(1).put({ a: "2", d: { c: "lost" } });
  const second = await g.backup();
  g.day(2).put({ a: "3" });
  const third = await g.backup();
  const record = g.in(META, "runs", `${second}.jsonl`);
  const whole = read(record);
  const lines = whole.split("\n").filter((l) => !l.includes('"path":"d/c"'));
  Deno.writeTextFileSync(record, lines.join("\n"));
  dropIndex(g.vault);
  const target = `${g.path}/target`;
  const at = (stamp: string): Record<string, string[]> => ({
    ls: ["ls", g.vault, "--at", stamp],
    cat: ["cat", g.vault, "a", "--at", stamp],
    diff: ["diff", g.vault, stamp],
    restore: ["restore", g.vault, "--at", stamp, "--to", `${target}-${stamp}`],
  });
  for (const stamp of [second, third]) {
    for (const [name, args] of Object.entries(at(stamp))) {
      const r = await run([...args, "--json"]);
      assertEquals(r.code, 3, `${name} ${stamp}: ${r.stdout}${r.stderr}`);
      if (name === "cat") continue;
      const named = r.json.filter((m) => m.code === "unproven");
      assert(named.some((m) => m.stamp === stamp && m.proven === false), r.stdout);
      assertEquals(r.json.at(-1)?.proven, false, r.stdout);
    }
  }
  assertEquals(read(`${target}-${third}/a`), "3");
  // of what was over time each run tells
  assertEquals((await run(["history", g.vault, "a"])).code, 3);
  assertEquals((await run(["find", g.vault, "a"])).code, 3);
  const states = async (): Promise<unknown[]> =>
    (await run(["list", g.vault, "--json"])).json.map((m) => m.proven);
  assertEquals(await states(), [true, false, false]);
  // nothing gainsays the one before
  const before = await run(["ls", g.vault, "--at", first, "--json"]);
  assertEquals([before.code, before.json.at(-1)?.proven], [0, undefined], before.stdout);
  // a record that is put back is believed at once
  Deno.writeTextFileSync(record, whole);
  assertEquals((await run(["ls", g.vault, "--at", second])).code, 0);
  assertEquals(await states(), [true, true, true]);
});
