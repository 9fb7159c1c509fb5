/** The texts of `getfattr` and `setfattr`: read in pieces, written from checked names alone. */

import { assertEquals, assertThrows } from "@std/assert";
import { utf8 } from "../../src/base/bytes.ts";
import { DumpReader, restoreText } from "../../src/base/getfattr.ts";
import type { Attributed } from "../../src/base/attributes.ts";

/** Reads a dump in pieces of `size` bytes. */
function parsed(bytes: Uint8Array, size: number): { entries: Attributed[]; bad: number } {
  const dump = new DumpReader();
  const entries: Attributed[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    entries.push(...dump.take(bytes.subarray(at, at + size)));
  }
  entries.push(...dump.end());
  return { entries, bad: dump.bad };
}

const DUMP = `# file: a
user.empty=0s
user.one=0sMQ==

# file: new\\012line
user.x\\075y=0scQ==

# file: back\\134slash/#= s
system.posix_acl_access=0sAgAAAAEABgD/////BAAEAP////8gAAQA/////w==

# file: .
user.root=""
`;

Deno.test("attributes text: a dump is the same in pieces of any size, odd names and all", () => {
  const expected: Attributed[] = [
    { path: "a", attributes: { "user.empty": "", "user.one": "MQ==" } },
    { path: "new\nline", attributes: { "user.x\\075y": "cQ==" } },
    {
      path: "back\\slash/#= s",
      attributes: {
        "system.posix_acl_access": "AgAAAAEABgD/////BAAEAP////8gAAQA/////w==",
      },
    },
    { path: "", attributes: { "user.root": "" } },
  ];
  for (const size of [1, 2, 3, 7, 64, 10_000]) {
    assertEquals(parsed(utf8(DUMP), size), { entries: expected, bad: 0 }, String(size));
  }
});

Deno.test("attributes text: a name of an attribute that is no UTF-8 keeps its bytes", () => {
  const bytes = new Uint8Array([...utf8("# file: a\nuser."), 0xff, ...utf8("=0scQ==\n\n")]);
  assertEquals(parsed(bytes, 5).entries, [{ path: "a", attributes: { "user.\\377": "cQ==" } }]);
});

Deno.test("attributes text: what is no dump is counted and never becomes an entry", () => {
  for (
    const text of [
      "# file: ../b\nuser.a=0sMQ==\n\n",
      "# file: /etc/passwd\nuser.a=0sMQ==\n\n",
      "# file: a/../../b\nuser.a=0sMQ==\n\n",
      "# file: a\nno-space=0sMQ==\n\n",
      "# file: a\nuser.a=0sM\n\n",
      "# file: a\nuser.a=0s*\n\n",
      "user.a=0sMQ==\n\n",
      "# file: a\\377\nuser.a=0sMQ==\n\n",
    ]
  ) {
    const { entries, bad } = parsed(utf8(text), 4);
    assertEquals(entries, [], text);
    assertEquals(bad > 0, true, text);
  }
});

Deno.test("attributes text: what is set comes in the order that keeps it: ACLs, labels, capabilities last", () => {
  const text = restoreText([{
    path: "a",
    attributes: {
      "security.capability": "AQ==",
      "security.selinux": "AQ==",
      "system.posix_acl_default": "AQ==",
      "system.posix_acl_access": "AQ==",
      "user.z": "",
    },
  }]);
  assertEquals(
    text,
    '# file: ./a\nuser.z=""\nsystem.posix_acl_access=0sAQ==\nsystem.posix_acl_default=0sAQ==\n' +
      "security.selinux=0sAQ==\nsecurity.capability=0sAQ==\n\n",
  );
});

Deno.test("attributes text: names in what is set are never lines, options or other places", () => {
  const of = (path: string, name = "user.a"): string =>
    restoreText([{ path, attributes: { [name]: "MQ==" } }]);
  assertEquals(of("-x\n# file: b"), "# file: ./-x\\012# file: b\nuser.a=0sMQ==\n\n");
  assertEquals(of("a\\012"), "# file: ./a\\134012\nuser.a=0sMQ==\n\n");
  assertEquals(of(""), "# file: .\nuser.a=0sMQ==\n\n");
  for (const path of ["..", "../a", "a/../b", "/a", "a//b", "a/", "./a", "a\0b"]) {
    assertThrows(() => of(path), RangeError, "", path);
  }
  for (const name of ["user.a\n# file: /b", "user.a=b", "nothing", "user.", "user.\\9", ""]) {
    assertThrows(() => of("a", name), RangeError, "", name);
  }
  assertThrows(() => restoreText([{ path: "a", attributes: { "user.a": "no base64" } }]));
});
