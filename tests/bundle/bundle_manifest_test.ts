import { assertEquals, assertThrows } from "@std/assert";
import { HikaeError } from "../../src/base/errors.ts";
import { parseStamp, type Stamp } from "../../src/base/stamp.ts";
import { formatManifest, type Manifest, parseManifest } from "../../src/bundle/manifest.ts";
import { manifestName, parseName, volumeName } from "../../src/bundle/names.ts";

const STAMP = parseStamp("20261129_033000") as Stamp;
const hash = (digit: string): string => digit.repeat(64);

const MANIFEST: Manifest = {
  vault: "11f0c3a2-0000-4000-8000-123456789abc",
  stamp: STAMP,
  before: manifestName(parseStamp("20261128_033000") as Stamp, hash("b")),
  entries: 12,
  volumes: [hash("0"), hash("1")].map((h, i) => ({ name: volumeName(STAMP, i, h), hash: h })),
};

Deno.test("bundle manifest: what is written is read, full or not", () => {
  for (const m of [MANIFEST, { ...MANIFEST, before: undefined }]) {
    assertEquals(parseManifest(formatManifest(m), "m"), m);
  }
  assertEquals(
    formatManifest(MANIFEST),
    "# hikae bundle 1\n# vault: 11f0c3a2-0000-4000-8000-123456789abc\n" +
      "# stamp: 20261129_033000\n# full: no\n" +
      "# before: 20261128_033000.bbbbbbbbbbbbbbbb.sha256\n# entries: 12\n" +
      `${hash("0")}  20261129_033000.0000.0000000000000000.tar.zst.age\n` +
      `${hash("1")}  20261129_033000.0001.1111111111111111.tar.zst.age\n`,
  );
});

Deno.test("bundle manifest: facts that are not known yet are passed over, a newer format is not", () => {
  const text = formatManifest(MANIFEST);
  assertEquals(parseManifest(text.replace("# full", "# later: x\n# full"), "m"), MANIFEST);
  const newer = assertThrows(
    () => parseManifest(text.replace("bundle 1", "bundle 2"), "m"),
    HikaeError,
  );
  assertEquals(newer.id, "failed");
});

Deno.test("bundle manifest: what leads elsewhere, is cut or contradicts itself is refused", () => {
  const text = formatManifest(MANIFEST);
  const bad = [
    "",
    text.slice(0, -1),
    text.slice(1),
    text.replace("0001.1", "0002.1"),
    text.replace(".1111111111111111.", ".1111111111111112."),
    text.replace(/ {2}(\S+)\n/, "  ../$1\n"),
    text.replace(/ {2}(\S+)\n/, "  a\\$1\n"),
    text.replace("20261129_033000.0001", "20261130_033000.0001"),
    text.replace("# entries: 12", "# entries: -1"),
    text.replace("# stamp: 20261129_033000", "# stamp: 20261399_033000"),
    text.replace("# before: 2", "# before: ../2"),
    text.replace("# full: no", "# full: no\n# full: yes"),
    text.replace("# full: no", "# full: maybe"),
    text.split("\n").slice(0, 7).join("\n") + "\n",
    text + "rm -rf /\n",
  ];
  for (const one of bad) {
    assertEquals(assertThrows(() => parseManifest(one, "m"), HikaeError).id, "damaged", one);
  }
});

Deno.test({
  name: "bundle manifest: sha256sum takes it",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const dir = await Deno.makeTempDir({ prefix: "hikae-bundle-" });
    try {
      const text = "volume";
      const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
      const of = new Uint8Array(
        await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)),
      ).toHex();
      const volumes = [empty, of].map((h, i) => ({ name: volumeName(STAMP, i, h), hash: h }));
      volumes.forEach(({ name }, i) =>
        Deno.writeTextFileSync(`${dir}/${name}`, i === 0 ? "" : text)
      );
      Deno.writeTextFileSync(`${dir}/m`, formatManifest({ ...MANIFEST, volumes }));
      const check = await new Deno.Command("sha256sum", { args: ["-c", "m"], cwd: dir }).output();
      assertEquals(check.success, true, new TextDecoder().decode(check.stderr));
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  },
});

Deno.test("bundle names: none but a bundle's own", () => {
  assertEquals(parseName(volumeName(STAMP, 7, hash("a"))), {
    kind: "volume",
    stamp: STAMP,
    number: 7,
    digits: "a".repeat(16),
  });
  assertEquals(parseName(manifestName(STAMP, hash("c")))?.kind, "manifest");
  for (
    const name of [
      "",
      ".20261129_033000.aaaaaaaaaaaaaaaa.sha256",
      "20261129_033000.sha256",
      "20261129_033000.AAAAAAAAAAAAAAAA.sha256",
      "20261129_033000.1.aaaaaaaaaaaaaaaa.tar.zst.age",
      "20261332_033000.aaaaaaaaaaaaaaaa.sha256",
      "20261129_033000.0001.aaaaaaaaaaaaaaaa.tar.zst",
    ]
  ) assertEquals(parseName(name), undefined, name);
});
