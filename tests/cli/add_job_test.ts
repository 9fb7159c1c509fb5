/** A job put into a config that is there: what was there stays, byte for byte, and all of it reads as before. */

import { assert, assertEquals } from "@std/assert";
import { addJob } from "../../src/config/add_job.ts";
import { readDocument } from "../../src/config/syntax.ts";

const FIELDS = [`"source": "/s",`, `"vaults": ["/v"],`];
const JOB = { source: "/s", vaults: ["/v"] };

/** Configs as people write them. */
const TEXTS = [
  "{}",
  "{\n}\n",
  '{ "jobs": {} }',
  '{ "lang": "en" }',
  '{\n  "jobs": {\n  }\n}\n',
  '{\n  "lang": "en" // why\n}\n',
  '{\n  "jobs": {\n    "a": { "source": "/a", "vaults": ["/b"] }\n  }\n}\n',
  '{\n  "jobs": {\n    "a": { "source": "/a" }, // mine\n    /* end, */\n  },\n}\n',
  '{\n  "jobs": {\n    "a": { "source": "/a" } /* , */\n    // "b": {}\n  }\n}',
  '{\r\n\t"jobs": {\r\n\t\t"a": {}\r\n\t},\r\n\t"lang": "ja"\r\n}\r\n',
  '\ufeff{ "jobs": { "a": {} } }',
];

/** True when `text` has all of `before` in its order. */
function holds(text: string, before: string): boolean {
  let at = 0;
  for (const c of text) if (c === before[at]) at++;
  return at === before.length;
}

Deno.test("config: a job is added to each form of a config, and nothing of it goes or changes", () => {
  for (const before of TEXTS) {
    const done = addJob(before, "new", FIELDS);
    const text = done?.text ?? "";
    const was = readDocument(before, "f").value as { jobs?: Record<string, unknown> };
    const now = readDocument(text, "f").value as typeof was;
    assertEquals(now, { ...was, jobs: { ...was.jobs, new: JOB } }, text);
    assertEquals(Object.keys(now.jobs ?? {}).at(-1), "new");
    assert(holds(text, before) && text.includes(done?.added ?? "?"), text);
    for (const comment of before.match(/\/\/.*|\/\*.*?\*\//g) ?? []) {
      assert(text.includes(comment), `${comment} of ${text}`);
    }
    assertEquals(text.includes("\r\n"), before.includes("\r\n"));
    assert(!before.includes("\r\n") || !/[^\r]\n/.test(text), "one kind of line ends");
  }
});

Deno.test("config: a job of that name stays, and what holds no jobs gets none", () => {
  for (const text of ['{ "jobs": { "new": {} } }', '{ "jobs": [] }', "[]", "", "{"]) {
    assertEquals(addJob(text, "new", FIELDS), undefined, text);
  }
});
