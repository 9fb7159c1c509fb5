import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { HikaeError } from "../../src/base/errors.ts";
import type { FileHandle, FileSystem } from "../../src/base/fs.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { inTemp, NOON, restore, take, testPorts, treeOf } from "./portable_support.ts";

function toldBy(ports: ReturnType<typeof testPorts>): string[] {
  return ports.messages.map((m) => m.message_type === "error" ? `${m.path} ${m.code}` : "");
}

function fill(dir: string): void {
  Deno.mkdirSync(`${dir}/sub/empty`, { recursive: true });
  Deno.mkdirSync(`${dir}/a`);
  Deno.mkdirSync(`${dir}/a!`);
  const names = [
    "plain.txt",
    "a!/x",
    "a/x",
    "new\nline",
    'quote"s',
    "back\\slash",
    "tab\tand\u0001",
    "日本語 💾",
    "e\u0301",
    "\u00e9",
    " lead and trail ",
    "%2e%2e",
    "sub/..dots..",
    "n".repeat(255),
    "\ufffd",
  ];
  for (const name of names) Deno.writeTextFileSync(`${dir}/${name}`, `content of ${name}`);
  for (let n = 0; n <= 4; n++) Deno.writeFileSync(`${dir}/size${n}`, new Uint8Array(n).fill(255));
  const big = new Uint8Array(3_000_001).map((_, i) => i * 7919 >> 3);
  Deno.writeFileSync(`${dir}/sub/big`, big);
  Deno.symlinkSync("../plain.txt", `${dir}/sub/link`);
  Deno.symlinkSync("nowhere\n", `${dir}/sub/empty-link`);
  Deno.symlinkSync("sub", `${dir}/dirlink`);
  Deno.chmodSync(`${dir}/plain.txt`, 0o440);
  Deno.chmodSync(`${dir}/size1`, 0o751);
  Deno.utimeSync(`${dir}/size2`, new Date(1234), new Date(-86_400_123));
  Deno.writeTextFileSync(`${dir}/a/inside`, "");
  Deno.chmodSync(`${dir}/a`, 0o555);
  Deno.utimeSync(`${dir}/sub/empty`, new Date(1234), new Date(1_000_000_000_123));
  Deno.utimeSync(`${dir}/sub`, new Date(1234), new Date(1_100_000_000_123));
}

Deno.test("a tree with odd names, links, modes and times comes back as it was", async () => {
  await inTemp(async (dir) => {
    Deno.mkdirSync(`${dir}/src`);
    fill(`${dir}/src`);
    const ports = testPorts();
    const taken = await take(ports, `${dir}/src`, `${dir}/deep/snapshots`);
    assertEquals(taken.name, "snapshot_20261121_073816.json");
    assertEquals(ports.messages, []);
    assertEquals(Deno.lstatSync(taken.path).mode! & 0o777, 0o600);
    assertEquals(taken.snapshotBytes, Deno.lstatSync(taken.path).size);
    const result = await restore(ports, taken.path, `${dir}/out/below`);
    assertEquals(ports.messages, []);
    assertEquals(treeOf(`${dir}/out/below`), treeOf(`${dir}/src`));
    assertEquals([result.files, result.directories, result.links], [22, 4, 3]);
    // once more, over what is there, read-only directories included
    await restore(ports, taken.path, `${dir}/out/below`);
    assertEquals(treeOf(`${dir}/out/below`), treeOf(`${dir}/src`));
    Deno.chmodSync(`${dir}/src/a`, 0o755);
    Deno.chmodSync(`${dir}/out/below/a`, 0o755);
  });
});

Deno.test("the document is plain JSON that any reader understands", async () => {
  await inTemp(async (dir) => {
    Deno.mkdirSync(`${dir}/src/sub`, { recursive: true });
    Deno.writeTextFileSync(`${dir}/src/sub/hello`, "hello");
    const taken = await take(testPorts(), `${dir}/src`, `${dir}/snapshots`);
    const value = JSON.parse(Deno.readTextFileSync(taken.path));
    assertEquals(value.created, new Date(NOON).toISOString());
    assertEquals(value.entries[1].content, btoa("hello"));
    assertEquals(value.summary, {
      entries: 2,
      files: 1,
      directories: 1,
      links: 0,
      bytes: 5,
      errors: 0,
    });
    assertEquals(Object.keys(value).at(-1), "summary");
  });
});

Deno.test("the snapshots directory is left out, and no snapshot replaces another", async () => {
  await inTemp(async (dir) => {
    Deno.writeTextFileSync(`${dir}/x`, "x");
    const ports = testPorts();
    const first = await take(ports, dir, `${dir}/snapshots`);
    const before = Deno.readTextFileSync(first.path);
    const second = await take(ports, dir, `${dir}/snapshots`);
    assertEquals(second.name, "snapshot_20261121_073817.json");
    assertEquals([second.entries, second.files], [1, 1]);
    assertEquals(Deno.readTextFileSync(first.path), before);
    const names = [...Deno.readDirSync(`${dir}/snapshots`)].map((e) => e.name).sort();
    assertEquals(names, [first.name, second.name]);
    await assertRejects(() => take(ports, dir, dir), HikaeError);
  });
});

Deno.test("what cannot be stored is reported and the rest is taken", async () => {
  await inTemp(async (dir) => {
    Deno.mkdirSync(`${dir}/src`);
    Deno.writeTextFileSync(`${dir}/src/good`, "good");
    await new Deno.Command("mkfifo", { args: [`${dir}/src/pipe`] }).output();
    await new Deno.Command("sh", { args: ["-c", `printf x > "$(printf '${dir}/src/bad\\377')"`] })
      .output();
    Deno.writeTextFileSync(`${dir}/src/C:drive`, "x");
    Deno.writeTextFileSync(`${dir}/src/denied`, "x");
    const fs: FileSystem = {
      ...denoFs,
      open: (path, options) => {
        if (path.endsWith("denied")) {
          throw Object.assign(new Error("permission denied"), { code: "EACCES" });
        }
        return denoFs.open(path, options);
      },
    };
    const ports = testPorts(fs);
    const taken = await take(ports, `${dir}/src`, `${dir}/snapshots`);
    assertEquals([taken.files, taken.errors], [1, 4]);
    const told = toldBy(ports).sort();
    assertEquals(told, ["C:drive name", "bad\ufffd name", "denied EACCES", "pipe unstorable"]);
    await restore(ports, taken.path, `${dir}/out`);
    assertEquals([...Deno.readDirSync(`${dir}/out`)].map((e) => e.name), ["good"]);
  });
});

/** A file system in which a file grows after each of its first `times` reads. */
function restless(times: number): FileSystem {
  let left = times;
  const wrap = (path: string, handle: FileHandle): FileHandle => ({
    read: (buffer) => {
      const n = handle.read(buffer);
      if (n > 0 && left-- > 0) {
        Deno.writeTextFileSync(path, "more ".repeat(100_000), { append: true });
      }
      return n;
    },
    write: (buffer) => handle.write(buffer),
    stat: () => handle.stat(),
    utime: (a, m) => handle.utime(a, m),
    seek: (position) => handle.seek(position),
    truncate: (size) => handle.truncate(size),
    sync: () => handle.sync(),

    syncLater: () => Promise.resolve(),
    tryLock: () => handle.tryLock(),
    close: () => handle.close(),
  });
  return {
    ...denoFs,
    open: (path, options) => {
      const handle = denoFs.open(path, options);
      return path.endsWith("moving") ? wrap(path, handle) : handle;
    },
  };
}

Deno.test("a file that changes while it is read is read again", async () => {
  await inTemp(async (dir) => {
    Deno.mkdirSync(`${dir}/src`);
    for (const name of ["a", "moving", "z"]) Deno.writeTextFileSync(`${dir}/src/${name}`, name);
    const ports = testPorts(restless(1));
    const taken = await take(ports, `${dir}/src`, `${dir}/snapshots`);
    assertEquals([taken.files, taken.errors], [3, 0]);
    await restore(ports, taken.path, `${dir}/out`);
    assertEquals(treeOf(`${dir}/out`), treeOf(`${dir}/src`));
  });
});

Deno.test("a file that will not hold still is reported and left out", async () => {
  await inTemp(async (dir) => {
    Deno.mkdirSync(`${dir}/src`);
    for (const name of ["a", "moving", "z"]) Deno.writeTextFileSync(`${dir}/src/${name}`, name);
    const ports = testPorts(restless(100));
    const taken = await take(ports, `${dir}/src`, `${dir}/snapshots`);
    assertEquals([taken.files, taken.errors], [2, 1]);
    assertEquals(toldBy(ports), ["moving changing"]);
    await restore(ports, taken.path, `${dir}/out`);
    assertEquals([...Deno.readDirSync(`${dir}/out`)].map((e) => e.name).sort(), ["a", "z"]);
  });
});

Deno.test("a take that is stopped or has no room leaves nothing behind", async () => {
  await inTemp(async (dir) => {
    Deno.mkdirSync(`${dir}/src`);
    Deno.writeTextFileSync(`${dir}/src/a`, "a");
    let looks = 0;
    const stopped = testPorts(denoFs, () => ++looks > 1);
    const e1 = await assertRejects(() => take(stopped, `${dir}/src`, `${dir}/s`), HikaeError);
    assertEquals(e1.id, "interrupted");
    const full = testPorts({
      ...denoFs,
      open: (path, options) => {
        const handle = denoFs.open(path, options);
        if (options.write) {
          handle.write = (): number => {
            throw Object.assign(new Error("No space left on device"), { code: "ENOSPC" });
          };
        }
        return handle;
      },
    });
    const e2 = await assertRejects(() => take(full, `${dir}/src`, `${dir}/s`), HikaeError);
    assertEquals(e2.id, "failed");
    assertEquals([...Deno.readDirSync(`${dir}/s`)], []);
    assertStringIncludes(e2.message, "the disk is full");
  });
});
