/** No error repeats a secret, since errors reach logs. */

import { assertEquals } from "@std/assert";
import { fromPlainError, HikaeError, toPlainError, withoutSecrets } from "../../src/base/errors.ts";

/** As many letters as those of a secret key. */
const KEY = "q".repeat(58);

Deno.test("errors: a secret key of age and the password of an address are in no error", () => {
  for (
    const [given, said] of [
      [`got "AGE-SECRET-KEY-1${KEY}"`, 'got "AGE-SECRET-KEY-…"'],
      [`age-secret-key-pq-1${KEY}, and more`, "age-secret-key-…, and more"],
      ["s3:https://AKIA:se:cret@h/b?x", "s3:https://AKIA:…@h/b?x"],
      ["sftp://me:secret@host/x and ftp://:p@h", "sftp://me:…@host/x and ftp://:…@h"],
    ] as const
  ) {
    assertEquals(withoutSecrets(given), said);
    const error = new HikaeError("usage", given, { path: given, hint: given });
    const plain = { id: "usage", message: said, path: said, hint: said } as const;
    assertEquals(toPlainError(error), plain);
    assertEquals(toPlainError(fromPlainError(plain)), plain);
  }
  assertEquals(withoutSecrets("AGE-SECRET-KEY-1AB 1", "*"), "AGE-SECRET-KEY-*** 1");
});

Deno.test("errors: what is no secret is told as it is", () => {
  for (
    const text of [
      "age1qqq",
      "AGE-SECRET-KEY-",
      "/mnt/a:b@c/d",
      "http://127.0.0.1:4711/x@y",
      "s3:https://host:9000/b",
      "me@host:/x",
      "https://h/a:b@c",
      "C:\\a@b",
    ]
  ) assertEquals(withoutSecrets(text), text);
});

Deno.test("errors: a path that begins as a key does is told as it is, since programs go by it; a message keeps a part of a key to itself", () => {
  const path = "/docs/age-secret-key-1old.txt";
  const error = new HikaeError("failed", `read ${path}`, { path });
  assertEquals([error.path, error.message], [path, "read /docs/age-secret-key-….txt"]);
});
