/** Packing: what a packer writes of files that are read in pieces, and that the engine's thread lets lanes go on meanwhile. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { newKeyPair } from "../../src/bundle/keygen.ts";
import { itemsIn, PackedItems, type PackItem } from "../../src/bundle/packed_items.ts";
import type { PackJob } from "../../src/bundle/plan.ts";
import { unseal } from "../../src/bundle/seal.ts";
import { headerLength } from "../../src/bundle/tar_write.ts";
import { padding } from "../../src/bundle/tar.ts";
import { TarReader } from "../../src/bundle/tar_read.ts";
import type { CrewPorts } from "../../src/engine/crew/line.ts";
import type { FromMember } from "../../src/engine/crew/trade.ts";
import { type PackHooks, packJob } from "../../src/engine/bundle/pack.ts";
import { Packers, type PackTrade } from "../../src/engine/bundle/packers.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { sha256Of } from "../../src/platform/hash.ts";
import { tempDir } from "../helpers/cli_helper.ts";
import { enginePorts } from "../helpers/engine_helper.ts";
import type { FileSystem } from "../../src/base/fs.ts";

/** A job of files with these contents below `dir`, in one volume. */
function jobOf(dir: string, first: number, contents: readonly Uint8Array[]): PackJob {
  const items = contents.map((bytes, i): PackItem => {
    const path = `${first}-${i}`;
    const file = join(dir, path);
    Deno.writeFileSync(file, bytes);
    const entry = {
      ...{ path, type: "file" as const, size: bytes.length, mtime: 1_795_000_000_123 },
      ...{ mode: 0o644, uid: 0, gid: 0, target: "" },
    };
    return { entry, place: { file }, hash: sha256Of(bytes), about: path };
  });
  const size = items.reduce(
    (sum, { entry }) => sum + headerLength(entry) + entry.size + padding(entry.size),
    0,
  );
  const all = new PackedItems();
  items.forEach((item) => all.add(item));
  return { first, sizes: [size], items: all.take(), end: false, layout: "" };
}

function noise(bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, i) => (i * 7919 ^ i >> 5) & 0xff);
}

/** A disk that gives a few bytes at a time, and none after so many. */
function reluctant(most: number): FileSystem {
  let left = most;
  return {
    ...denoFs,
    open: (path, options) => {
      const file = denoFs.open(path, options);
      if (options.read !== true) return file;
      const read = (buffer: Uint8Array): number => {
        if (left <= 0) throw Object.assign(new Error("no more"), { code: "EIO" });
        const n = file.read(buffer.subarray(0, Math.min(1000, left)));
        left -= n;
        return n;
      };
      return new Proxy(file, {
        get: (of, name) => {
          if (name === "read") return read;
          const value = Reflect.get(of, name);
          return typeof value === "function" ? value.bind(of) : value;
        },
      });
    },
  };
}

async function packed(fs: FileSystem, contents: readonly Uint8Array[]): Promise<{
  told: string[];
  found: Uint8Array[];
}> {
  using dir = tempDir();
  const { identity, recipient } = await newKeyPair();
  const volume = dir.at("volume");
  const told: string[] = [];
  const hooks: PackHooks = {
    begin: () => Promise.resolve(volume),
    made: (made) => Promise.resolve(void told.push(...made.told.map((t) => t.code))),
  };
  const job = jobOf(dir.path, 1, contents);
  await packJob({ ...enginePorts([], fs) }, { recipients: [recipient] }, job, hooks);
  const parts: Uint8Array[][] = [];
  const reader = new TarReader({
    begin: () => void parts.push([]),
    data: (part) => void parts.at(-1)?.push(part.slice()),
    end: () => {},
  });
  const sealed = Deno.openSync(volume).readable;
  for await (const part of await unseal(sealed, [identity])) reader.feed(part);
  const found = await Promise.all(
    parts.map((of) => new Blob(of as Uint8Array<ArrayBuffer>[]).bytes()),
  );
  return { told, found };
}

Deno.test("bundles: what a disk gives in small pieces is packed whole, and is what the record says", async () => {
  const contents = [noise(0), noise(999), noise(70_000), noise(300_000)];
  const { told, found } = await packed(reluctant(Infinity), contents);
  assertEquals(told, []);
  assertEquals(found, contents);
});

Deno.test("bundles: of a file that cannot be read to its end there is the beginning, and it is told", async () => {
  const content = noise(9000);
  const { told, found } = await packed(reluctant(5500), [content]);
  assertEquals(told, ["EIO"]);
  assertEquals(found.map((bytes) => bytes.length), [9000]);
  assertEquals(found[0]?.subarray(0, 5500), content.subarray(0, 5500));
  assertEquals(found[0]?.subarray(5500).some((byte) => byte !== 0), false);
});

Deno.test("bundles: what was told with a volume that is there is not told and counted once more with those that follow", async () => {
  using dir = tempDir();
  const { recipient } = await newKeyPair();
  const job = jobOf(dir.path, 1, [noise(400_000)]);
  const [whole = 0] = job.sizes;
  const cut = { ...job, sizes: [340_992, whole - 340_992] };
  let made: { number: number; read?: string; told: string[] }[] = [];
  const hooks: PackHooks = {
    begin: (number) => Promise.resolve(dir.at(`volume-${number}-${made.length}`)),
    made: ({ told, number, read }) =>
      Promise.resolve(
        void made.push({
          ...{ number, told: told.map((t) => t.code) },
          ...(read === undefined ? {} : { read }),
        }),
      ),
  };
  const pack = (job: PackJob): Promise<void> =>
    packJob(
      { ...enginePorts([], reluctant(300_000)) },
      { recipients: [recipient] },
      job,
      hooks,
    );
  await pack(cut);
  assertEquals(made.map(({ told }) => told), [["EIO"], []]);
  const read = made[0]?.read ?? "";
  made = [];
  await pack({ ...cut, made: [read] });
  assertEquals(made, [{ number: 2, told: [] }]);
});

Deno.test("bundles: the engine's own thread lets others go on after each piece that it packs", async () => {
  using dir = tempDir();
  const { recipient } = await newKeyPair();
  let breaths = 0;
  let handler: (message: FromMember<PackTrade>) => void = () => {};
  // a lane's question comes over a line of its own, which nobody looks at as long as there is something to compress
  const lanes = {
    seats: 1,
    line: () => ({
      send: () => {},
      receive: (given: typeof handler) => void (handler = given),
      yieldToMessages: () => Promise.resolve(void breaths++),
    }),
  } as unknown as CrewPorts;
  const hooks: PackHooks = {
    begin: () => Promise.resolve(dir.at("volume")),
    made: () => Promise.resolve(handler({ kind: "result", result: true })),
  };
  const packers = new Packers(enginePorts(), { recipients: [recipient] }, lanes, hooks);
  await packers.pack(jobOf(dir.path, 1, [noise(10)]));
  await packers.pack(jobOf(dir.path, 2, [noise(2 << 20)]));
  await packers.settled();
  // a piece is 256 KiB
  assertEquals(breaths, 9);
});

Deno.test("bundles: items come back from their compressed form as they were", () => {
  const entry = {
    ...{ path: "a\nb \ud800 é", type: "file" as const, size: 2 ** 40, mtime: -1 },
    ...{ mode: 0o4755, uid: 0, gid: 4_000_000_000, target: "" },
  };
  const more = [{ key: "SCHILY.xattr.user.a", value: Uint8Array.of(0, 255, 10) }];
  const odd: PackItem[] = [
    { entry, place: { file: "/x\n\udfff" }, hash: null, about: "a" },
    { entry: { ...entry, more }, place: undefined, hash: "00", about: "\u2028" },
  ];
  const many = Array.from(
    { length: 2000 },
    (_, i): PackItem => ({ ...odd[i % 2]!, about: `${i}` }),
  );
  const packed = new PackedItems();
  many.forEach((item) => packed.add(item));
  assertEquals([...itemsIn(packed.take())], many);
  assertEquals([...itemsIn(packed.take())], []);
});
