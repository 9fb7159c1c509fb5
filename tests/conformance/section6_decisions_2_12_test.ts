/** Spec §6, decisions 2 to 12: those that a backup and the vault's format can show (cleanup's stand in its own suite). */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { nextStamp, type Stamp } from "../../src/base/stamp.ts";
import {
  counts,
  errors,
  isThere,
  Link,
  listTree,
  META,
  metadata,
  names,
  obeysModes,
  Place,
  read,
  record,
  run,
  sha256sum,
  stamps,
  system,
} from "./fixture.ts";
import { dropIndex } from "../helpers/index_helper.ts";

const drop = obeysModes();

Deno.test("decision 2: two runs in one second: the stamp is strictly increasing", async () => {
  using p = new Place({ a: "1" });
  const made: string[] = [];
  for (let i = 0; i < 4; i++) made.push((await p.backup()).stamp);
  assertEquals([...new Set(made)].sort(), made);
  assertEquals(stamps(p.vault), made);
});

Deno.test("decision 2: a clock set back: last stamp + 1 s, the UTC instant kept in the run record", async () => {
  using p = new Place({ a: "1" });
  const { stamp } = await p.backup();
  const future = "20990101_000000";
  const text = read(p.meta("runs", `${stamp}.jsonl`)).replaceAll(stamp, future);
  Deno.writeTextFileSync(p.meta("runs", `${future}.jsonl`), text);
  p.put({ a: "2" });
  const b = await p.backup();
  assertEquals(b.stamp, nextStamp(future as Stamp));
  assertEquals(names(p.meta()).filter((n) => n.startsWith("$OLD")), [`$OLD@${b.stamp}$a`]);
  const [head] = record(p.vault, b.stamp);
  assert(Math.abs(Date.parse(String(head?.time)) - Date.now()) < 3_600_000);
  assertMatch(String(head?.time), /Z$/);
});

Deno.test("decision 2: the last stamp is the newest run record's, also that of a run that never ended", async () => {
  using p = new Place({ a: "1" });
  const { stamp } = await p.backup();
  const head = read(p.meta("runs", `${stamp}.jsonl`)).split("\n")[0] ?? "";
  Deno.writeTextFileSync(
    p.meta("runs", "20980101_000000.jsonl"),
    `${head.replace(stamp, "20980101_000000")}\n`,
  );
  assertEquals((await p.backup()).stamp, "20980101_000001");
});

Deno.test("decision 3: a file became a directory: marked deleted, then the directory is mirrored", async () => {
  using p = new Place({ x: "file", y: "y" });
  await p.backup();
  p.drop("x");
  p.put({ x: { inner: "i" } });
  const b = await p.backup();
  assertEquals(counts(b), { files_deleted: 1, files_new: 1, dirs_new: 1, files_unmodified: 1 });
  assertEquals(read(p.meta(`.$DEL@${b.stamp}$x`)), "file");
  assertEquals(read(p.in("x", "inner")), "i");
});

for (const what of ["file", "link"] as const) {
  Deno.test(`decision 4: a directory became a ${what}: its subtree moves into the parent's meta directory`, async () => {
    using p = new Place({ d: { a: "1", e: { b: "b" }, gone: "g" } });
    await p.backup();
    p.put({ d: { a: "2" } });
    p.drop("d", "gone");
    const before = await p.backup();
    p.drop("d");
    p.put({ d: what === "file" ? "now a file" : new Link("target") });
    const b = await p.backup("--allow-mass-change");
    const moved = `.$DEL@${b.stamp}$d`;
    assertEquals(
      listTree(p.meta(moved)),
      [
        `${META}/`,
        `${META}/$OLD@${before.stamp}$a`,
        `${META}/.$DEL@${before.stamp}$gone`,
        `${META}/.$DEL@${b.stamp}$a`,
        "e/",
        `e/${META}/`,
        `e/${META}/.$DEL@${b.stamp}$b`,
      ].sort(),
    );
    assertEquals(counts(b), { files_new: 1, files_deleted: 2, dirs_deleted: 2 });
    if (what === "file") assertEquals(read(p.in("d")), "now a file");
    else assertEquals(read(p.meta("$LNK$d")), "target");
  });
}

Deno.test("decision 5: names with line breaks, tabs and backslashes in metadata.txt, as sha256sum writes them", async () => {
  const odd = ["new\nline", "re\rturn", "back\\slash", "tab\tbed", "plain"];
  using p = new Place(Object.fromEntries(odd.map((n) => [n, n])));
  await p.backup();
  const files = metadata(p.vault).files;
  assertEquals(
    Object.keys(files).sort(),
    [
      "plain",
      "tab\tbed",
      "\\back\\\\slash",
      "\\new\\nline",
      "\\re\\rturn",
    ].sort(),
  );
  assertEquals(files["\\new\\nline"], await sha256sum("new\nline"));
  for (const name of odd) Deno.writeTextFileSync(p.src(name), `${name} changed`);
  const b = await p.backup();
  assertEquals(counts(b), { files_changed: 5 });
  for (const name of odd) assertEquals(read(p.meta(`$OLD@${b.stamp}$${name}`)), name);
  // what the records alone tell is the same
  dropIndex(p.vault);
  assertEquals(counts(await p.backup()), { files_unmodified: 5 });
});

Deno.test("decision 6: an entry named .$META$ is stored with one more $, and read back with one less", async () => {
  using p = new Place({ ".$META$": { ".$META$": "f", ".$META$$": "g" }, d: { ".$META$": "h" } });
  const b = await p.backup();
  assertEquals(b.summary.files_new, 3);
  assertEquals(read(p.in(".$META$$", ".$META$$")), "f");
  assertEquals(read(p.in(".$META$$", ".$META$$$")), "g");
  assertEquals(Object.keys(metadata(p.in(".$META$$")).files).sort(), [".$META$", ".$META$$"]);
  const hash = await sha256sum("h");
  assertEquals(metadata(p.in("d")).hash, await sha256sum(`.$META$\0${hash}\n`));
  p.put({ d: { ".$META$": "changed" } });
  const c = await p.backup();
  assertEquals(read(p.in("d", META, `$OLD@${c.stamp}$.$META$`)), "h");
  assertEquals(counts(await p.backup()), { files_unmodified: 3 });
});

Deno.test("decision 7: links are never followed and never created inside a vault", async () => {
  using p = new Place({ out: new Link("/etc"), loop: new Link("."), lost: new Link("nowhere") });
  const b = await p.backup();
  assertEquals(counts(b), { files_new: 3 });
  assertEquals(listTree(p.vault).filter((n) => n.includes(" -> ")), []);
  assertEquals(read(p.meta("$LNK$out")), "/etc");
  assertEquals(read(p.meta("$LNK$loop")), ".");
  assertEquals(isThere(p.in("out")), false);
});

Deno.test("decision 7: a link counts as a file, its hash field is link: and the hash of the target's bytes", async () => {
  using p = new Place({ l: new Link("täget") });
  const b = await p.backup();
  const field = `link:${await sha256sum("täget")}`;
  assertEquals(metadata(p.vault), { hash: await sha256sum(`l\0${field}\n`), files: { l: field } });
  assertEquals(b.summary.total_files_processed, 1);
  assertEquals(
    b.summary.total_bytes_processed,
    6,
    "decision 24: a link's size is its target's bytes",
  );
});

Deno.test("decision 7: superseded $OLDLNK@, deleted .$DELLNK@, alive $LNK$", async () => {
  using p = new Place({ l: new Link("one"), m: new Link("gone") });
  await p.backup();
  p.drop("l");
  p.drop("m");
  p.put({ l: new Link("two") });
  const b = await p.backup();
  assertEquals(counts(b), { files_changed: 1, files_deleted: 1 });
  assertEquals(read(p.meta(`$OLDLNK@${b.stamp}$l`)), "one");
  assertEquals(read(p.meta(`.$DELLNK@${b.stamp}$m`)), "gone");
  assertEquals(read(p.meta("$LNK$l")), "two");
  assertEquals(isThere(p.meta("$LNK$m")), false);
});

Deno.test("decision 7: file to link and link to file of one name is a modification", async () => {
  using p = new Place({ a: "file", b: new Link("link") });
  await p.backup();
  p.drop("a");
  p.drop("b");
  p.put({ a: new Link("now a link"), b: "now a file" });
  const b = await p.backup();
  assertEquals(counts(b), { files_changed: 2 });
  assertEquals(read(p.meta(`$OLD@${b.stamp}$a`)), "file");
  assertEquals(read(p.meta(`$OLDLNK@${b.stamp}$b`)), "link");
  assertEquals(read(p.meta("$LNK$a")), "now a link");
  assertEquals(read(p.in("b")), "now a file");
  assertEquals(isThere(p.in("a")), false);
  assertEquals(isThere(p.meta("$LNK$b")), false);
});

Deno.test("decision 7: a target that is not UTF-8 is an error, exit 3", async () => {
  using p = new Place({ a: "1" });
  await system("sh", "-c", `ln -s "$(printf 'x\\377')" "${p.src("bad")}"`);
  const b = await p.try();
  assertEquals(b.code, 3);
  assertEquals(errors(b).map((e) => e.path), ["bad"]);
  assertEquals(counts(b), { files_new: 1, errors: 1 });
});

Deno.test("decision 8: FIFOs and sockets are left out, counted and named, and nothing waits for them", async () => {
  using p = new Place({ a: "1", d: {} });
  await system("mkfifo", p.src("d", "fifo"));
  using _server = Deno.listen({ transport: "unix", path: p.src("sock") });
  const b = await p.backup();
  assertEquals(counts(b), { files_new: 1, files_special: 2, dirs_new: 1 });
  assertEquals([...(b.summary.special as string[])].sort(), ["d/fifo", "sock"]);
  const again = await p.backup();
  assertEquals(counts(again), { files_unmodified: 1, files_special: 2 });
  assertEquals([...(again.summary.special as string[])].sort(), ["d/fifo", "sock"]);
});

Deno.test({
  name:
    "decision 9: a file that cannot be read is reported, exit 3; its last good copy stays current",
  ignore: drop === undefined,
  fn: async () => {
    using p = new Place({ a: "good", b: "b" });
    await p.backup();
    p.put({ a: "changed since" });
    Deno.chmodSync(p.src("a"), 0);
    const b = await p.try([], { before: drop ?? [] });
    assertEquals(b.code, 3);
    assertEquals(errors(b).map((e) => [e.path, e.during, e.code]), [["a", "read", "EACCES"]]);
    assertEquals(counts(b), { files_unmodified: 1, errors: 1 });
    assertEquals(read(p.in("a")), "good");
    assertEquals(names(p.meta()).filter((n) => n.includes("@")), []);
    assertEquals(Object.keys(metadata(p.vault).files).sort(), ["a", "b"]);
    Deno.chmodSync(p.src("a"), 0o644);
    assertEquals(counts(await p.backup()), { files_changed: 1, files_unmodified: 1 });
  },
});

Deno.test({
  name:
    "decision 9: a directory that cannot be read is never taken for deleted, nor anything below it",
  ignore: drop === undefined,
  fn: async () => {
    using p = new Place({ d: { a: "1", e: { b: "2" } }, c: "3" });
    await p.backup();
    Deno.chmodSync(p.src("d"), 0);
    const b = await p.try([], { before: drop ?? [] });
    assertEquals(b.code, 3);
    assertEquals(errors(b).map((e) => e.path), ["d"]);
    assertEquals(b.summary.files_deleted, 0);
    assertEquals(read(p.in("d", "e", "b")), "2");
    Deno.chmodSync(p.src("d"), 0o755);
    assertEquals(counts(await p.backup()), { files_unmodified: 3 });
  },
});

Deno.test("decision 10: the source is missing: exit 1, the vault is not touched", async () => {
  using p = new Place({ a: "1" });
  await p.backup();
  const before = listTree(p.vault);
  Deno.renameSync(p.source, `${p.source}-away`);
  const b = await p.try(["--allow-mass-change"]);
  assertEquals(b.code, 1);
  assertEquals(errors(b)[0]?.code, "source_missing");
  assertEquals(listTree(p.vault), before);
  const fresh = await run(["backup", p.source, join(p.path, "fresh")]);
  assertEquals(fresh.code, 1);
  assertEquals(isThere(join(p.path, "fresh")), false);
});

Deno.test({
  name: "decision 10: the source is unreadable: exit 1, the vault is not touched",
  ignore: drop === undefined,
  fn: async () => {
    using p = new Place({ a: "1" });
    await p.backup();
    const before = listTree(p.vault);
    Deno.chmodSync(p.source, 0);
    const b = await p.try([], { before: drop ?? [] });
    Deno.chmodSync(p.source, 0o755);
    assertEquals(b.code, 1);
    assertEquals(listTree(p.vault), before);
  },
});

Deno.test("decision 11: a mirror file missing from the vault is copied again and counted as repaired", async () => {
  using p = new Place({ a: "1", d: { b: "2" }, l: new Link("t") });
  await p.backup();
  Deno.removeSync(p.in("a"));
  Deno.removeSync(p.in("d"), { recursive: true });
  Deno.removeSync(p.meta("$LNK$l"));
  const b = await p.backup();
  assertEquals(b.summary.files_repaired, 3);
  assertEquals(counts(b).files_new, undefined);
  assertEquals(read(p.in("a")), "1");
  assertEquals(read(p.in("d", "b")), "2");
  const [was, is] = [Deno.lstatSync(p.src("d")), Deno.lstatSync(p.in("d"))];
  assertEquals([is.mode, is.mtime], [was.mode, was.mtime]);
  assertEquals(read(p.meta("$LNK$l")), "t");
  assertEquals(counts(await p.backup()), { files_unmodified: 3 });
});

Deno.test("decision 12: a vault inside the source is left out whole, with a note", async () => {
  using p = new Place({ a: "1", backups: {} });
  const inner = p.src("backups", "vault");
  for (let i = 0; i < 2; i++) {
    const r = await run(["backup", p.source, inner, "--json"]);
    assertEquals(r.code, 0, r.stdout);
    assert(r.json.some((m) => m.message_type === "note" && /inside/.test(String(m.message))));
  }
  assertEquals(listTree(inner).filter((n) => !n.includes(META)), ["a", "backups/"]);
});

Deno.test("decision 12: a source inside the vault is refused, exit 2", async () => {
  using p = new Place({ inner: { a: "1" } });
  const r = await run(["backup", p.src("inner"), p.source, "--json"]);
  assertEquals(r.code, 2);
  assertEquals(listTree(p.source), ["inner/", "inner/a"]);
});
