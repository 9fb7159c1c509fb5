/** hikae itself on a disk that answers one call wrongly, mounted through FUSE (tools/test_disks.ts runs it). */

import { assertEquals } from "@std/assert";
import { isThere, listTree, makeTree, read, run, tempDir } from "../helpers/cli_helper.ts";

/** The disk, made of `faulty_disk.c`; undefined where there is no compiler, or nothing to build FUSE programs by. */
const PROGRAM = compiled();

function compiled(): string | undefined {
  const dir = Deno.makeTempDirSync({ prefix: "hikae-faulty-disk-" });
  globalThis.addEventListener("unload", () => Deno.removeSync(dir, { recursive: true }));
  const source = new URL("./faulty_disk.c", import.meta.url).pathname;
  const flags = ["-O2", "-D_FILE_OFFSET_BITS=64", "-I/usr/include/fuse"];
  const args = [...flags, "-o", `${dir}/disk`, source, "-lfuse", "-lpthread"];
  try {
    return new Deno.Command("cc", { args, stderr: "null" }).outputSync().success
      ? `${dir}/disk`
      : undefined;
  } catch {
    return undefined;
  }
}

interface Faulty extends AsyncDisposable {
  at: (...names: string[]) => string;
  /** From now on; `undefined` for an honest disk. */
  rule: (rule: string | undefined) => void;
}

async function mount(dir: string, slow = 0): Promise<Faulty> {
  const [root, point] = [`${dir}/disk`, `${dir}/mnt`];
  Deno.mkdirSync(root);
  Deno.mkdirSync(point);
  const env = slow === 0 ? {} : { FD_SLOW: String(slow) };
  const child = new Deno.Command(PROGRAM ?? "", { args: [root, point], env, stderr: "null" })
    .spawn();
  const device = Deno.lstatSync(dir).dev;
  let over = false;
  void child.status.then(() => over = true);
  while (Deno.lstatSync(point).dev === device) {
    if (over) throw new Error("no faulty disk could be mounted");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    at: (...names) => [point, ...names].join("/"),
    rule: (rule) =>
      Deno.writeTextFileSync(`${point}/.fault`, `rule ${rule ?? "/none nothing 1 err 5 once 0"}`, {
        create: false,
      }),
    [Symbol.asyncDispose]: async () => {
      await new Deno.Command("umount", { args: [point] }).output();
      await child.status;
    },
  };
}

const codeOf = async (...args: string[]): Promise<number> => (await run(args)).code;

/** A source and a vault of two runs; what the third finds is made. */
async function grow(dir: { at: (...names: string[]) => string }, disk: Faulty): Promise<void> {
  makeTree(dir.at("s"), { keep: "keep", f: "0", gone: "gone", d: { x: "x", y: "y" } });
  assertEquals(await codeOf("backup", dir.at("s"), disk.at("v"), "--init"), 0);
  makeTree(dir.at("s"), { f: "1 and more" });
  assertEquals(await codeOf("backup", dir.at("s"), disk.at("v")), 0);
  makeTree(dir.at("s"), { f: "2 and much more", new: "new", n: { a: "a" } });
  Deno.removeSync(dir.at("s", "gone"));
}

/** Each rule, and how the run that meets it ends; the next run is well, and both states from before are there. */
const RUNS: readonly (readonly [string, number])[] = [
  ["/v rename 2 done 2 once 0", 0],
  ["/v rename 3 done 2 once 0", 0],
  ["/v any 60 err 107 all 0", 1],
  ["/v change 20 err 30 changes 0", 1],
  ["/v write 6 err 28 op 0", 1],
];

for (const [rule, code] of RUNS) {
  Deno.test({
    name:
      `faulty disk: ${rule}: a run into it ends with ${code}, the next one is whole, and nothing is lost`,
    ignore: PROGRAM === undefined,
    fn: async () => {
      using dir = tempDir();
      await using disk = await mount(dir.path);
      await grow(dir, disk);
      disk.rule(rule);
      const ran = await run(["backup", dir.at("s"), disk.at("v")]);
      disk.rule(undefined);
      assertEquals(ran.code, code, ran.stderr);
      assertEquals(await codeOf("backup", dir.at("s"), disk.at("v")), 0);
      assertEquals(await codeOf("verify", disk.at("v")), 0);
      const stamps = (await run(["list", disk.at("v"), "--json"])).json
        .filter((m) => m.message_type === "snapshot" && m.state !== "interrupted")
        .map((m) => String(m.stamp)).sort();
      for (const [i, content] of ["0", "1 and more"].entries()) {
        const target = dir.at(`t${i}`);
        assertEquals(
          await codeOf("restore", disk.at("v"), "--at", stamps[i] ?? "", "--to", target),
          0,
        );
        assertEquals([read(target, "f"), read(target, "gone")], [content, "gone"]);
      }
      assertEquals(await codeOf("restore", disk.at("v"), "--to", dir.at("now")), 0);
      assertEquals(listTree(dir.at("now")), listTree(dir.at("s")));
    },
  });
}

Deno.test({
  name: "faulty disk: a prune that can write no record any more says so, and the next one is whole",
  ignore: PROGRAM === undefined,
  fn: async () => {
    using dir = tempDir();
    await using disk = await mount(dir.path);
    await grow(dir, disk);
    const prune = (): Promise<number> => codeOf("prune", disk.at("v"), "--keep-last", "1");
    disk.rule("/v fsync 3 err 5 op 0");
    const code = await prune();
    disk.rule(undefined);
    assertEquals(code === 0, false);
    assertEquals(await prune(), 0);
    assertEquals(await codeOf("verify", disk.at("v")), 0);
  },
});

Deno.test({
  name: "faulty disk: a restore into a share that loses what is written says so",
  ignore: PROGRAM === undefined,
  fn: async () => {
    using dir = tempDir();
    await using disk = await mount(dir.path, 300);
    await grow(dir, disk);
    disk.rule("/t write 1 lose 28 op 0");
    const code = await codeOf("restore", disk.at("v"), "--to", disk.at("t"));
    disk.rule(undefined);
    assertEquals(code, 1);
    assertEquals(isThere(disk.at("t", "keep")), false);
    assertEquals(await codeOf("restore", disk.at("v"), "--to", disk.at("t"), "--verify"), 0);
  },
});
