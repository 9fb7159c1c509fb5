/** What docs/format.md says of getting everything back by hand, done by hand: no line of hikae's code reads the vault. */

import { assert, assertEquals } from "@std/assert";
import { sha256Of } from "../../src/platform/hash.ts";
import { Grown, growRich, isThere, LONG, META, names } from "../helpers/maintain_helper.ts";

/** Runs a command line as a person would. */
function shell(cwd: string, line: string): string {
  const { code, stdout, stderr } = new Deno.Command("sh", { args: ["-c", line], cwd }).outputSync();
  assertEquals(code, 0, new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

const unix = { ignore: Deno.build.os === "windows" };

Deno.test({
  name:
    "by hand: the newest state is the vault without its meta directories, and links from their files",
  ...unix,
  fn: async (): Promise<void> => {
    using g = new Grown();
    await growRich(g);
    const target = `${g.path}/target`;
    shell(g.path, `cp -a vault target && find target -depth -name '${META}' -exec rm -r {} +`);
    for (const stored of names(g.in(META)).filter((n) => n.startsWith("$LNK$"))) {
      shell(target, `ln -s "$(cat '${g.in(META, stored)}')" '${stored.slice(5)}'`);
    }
    const dirs = shell(g.vault, `find . -path '*/${META}*' -prune -o -type d -print`).split("\n");
    for (const dir of dirs.filter((d) => d !== "").sort().reverse()) {
      if (!isThere(g.in(dir, META, "metadata.txt"))) shell(target, `rmdir '${dir}'`);
    }
    shell(g.path, "diff -r --no-dereference source target");
  },
});

Deno.test({
  name: "by hand: a directory is checked with tail, awk and sha256sum",
  ...unix,
  fn: async (): Promise<void> => {
    using g = new Grown();
    g.put({ d: { a: "1", "b c": "2" } });
    await g.backup();
    const check =
      `tail -n +2 '${META}/metadata.txt' | awk -F'\\t' '{print $2 "  " $1}' | sha256sum -c --quiet`;
    shell(g.in("d"), check);
    Deno.writeTextFileSync(g.in("d", "a"), "rot");
    assertEquals(
      shell(g.in("d"), `${check} 2>/dev/null || echo damaged`).includes("damaged"),
      true,
    );
  },
});

Deno.test("by hand: a lost vault.json is written anew, and the vault is whole again", async () => {
  using g = new Grown();
  const stamps = await growRich(g);
  const before = stamps.map((s) => g.snapshot(s));
  const lost = JSON.parse(Deno.readTextFileSync(g.in(META, "vault.json")));
  const record = Deno.readTextFileSync(g.in(META, "runs", `${stamps.at(-1)}.jsonl`));
  const head = JSON.parse(record.split("\n")[0] ?? "");
  Deno.writeTextFileSync(
    g.in(META, "vault.json"),
    JSON.stringify({
      format: 1,
      id: head.vault,
      hash: "sha256sum",
      source: head.source,
      host: "",
      created: "",
      case_sensitive: lost.case_sensitive,
      unicode: lost.unicode,
    }),
  );
  g.assertSound();
  assertEquals(stamps.map((s) => g.snapshot(s)), before);
  g.put({ a: "after" });
  await g.backup();
  g.assertSound();
});

Deno.test("by hand: of the marks of a name the one with the smallest stamp later than T held then, else the living copy", async () => {
  using g = new Grown();
  const stamps = await growRich(g);
  let looked = 0;
  for (const stamp of stamps) {
    for (const [path, is] of Object.entries(g.snapshot(stamp))) {
      // names below moved directories and shortened ones are found by longer rules
      if (!is.startsWith("file ") || /^(swap|flip)/.test(path) || path.endsWith(LONG)) continue;
      const at = path.split("/");
      const name = at.pop() ?? "";
      const marks = names(g.in(...at, META)).flatMap((m) => {
        const [, when, own] = /^(?:\$OLD|\.\$DEL)@(\d{8}_\d{6})\$(.*)$/.exec(m) ?? [];
        return own === name && when !== undefined && when > stamp ? [[when, m]] : [];
      }).sort();
      const first = marks[0]?.[1];
      const held = first === undefined ? g.in(...at, name) : g.in(...at, META, first);
      assertEquals(`file ${sha256Of(Deno.readFileSync(held))}`, is, `${path} at ${stamp}`);
      looked++;
    }
  }
  assert(looked > 50);
});

Deno.test("by hand: the state of a snapshot is in the records: of every path what began by then and did not end", async () => {
  using g = new Grown();
  const stamps = await growRich(g);
  for (const stamp of stamps) {
    const state: Record<string, string> = {};
    for (const past of stamps.filter((s) => s <= stamp)) {
      const record = Deno.readTextFileSync(g.in(META, "runs", `${past}.jsonl`));
      for (const text of record.trimEnd().split("\n")) {
        const line = JSON.parse(text);
        if (line.kind !== "version" || line.gone !== undefined || line.path === "") continue;
        const is = line.type === "dir" ? "dir" : `${line.type} ${line.hash}`;
        // what ended gives its place to what began in the same run, whichever line comes first
        if (line.to === undefined) state[line.path] = is;
        else if (line.from === undefined || state[line.path] === is) delete state[line.path];
      }
    }
    const told = Object.entries(g.snapshot(stamp)).filter(([, is]) => is !== "gone");
    for (const [path, is] of told) assertEquals(state[path], is, `${path} at ${stamp}`);
    const gone = Object.keys(state).filter((path) => g.snapshot(stamp)[path] === undefined);
    assertEquals(gone, [], stamp);
  }
  assert(isThere(g.in(META, "runs")));
});
