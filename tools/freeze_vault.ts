/**
 * Makes the frozen vault of a format: `deno run -A tools/freeze_vault.ts DIR`. Done once per format; what it made
 * stays in the tree for ever, and tests/format/frozen_vault_test.ts opens it with every later program.
 * @module
 */

import { join } from "@std/path";
import { answersOf } from "../tests/format/frozen_answers.ts";
import { Grown, growRich, Link } from "../tests/helpers/maintain_helper.ts";

const [out = "tests/testdata/vaults/v2"] = Deno.args;
Deno.mkdirSync(out, { recursive: true });
using grown = new Grown();
const day = (n: number): Promise<string> =>
  grown.day(n).backup({ originalSource: "/home/user/documents", host: "frozen" });

await growRich(grown);
// what the rich history has not: names of every kind, attributes alone, deletions that stay
grown.put({
  "names": {
    "new\nline": "1",
    "tab\there": "2",
    "back\\slash": "3",
    "$OLD@20200101_000000$x": "4",
    ".$META$": { "metadata.txt": "5", "vault.json": "6" },
    "e\u0301 and \u00e9": "7",
    "\u{1f4be}": "8",
    " spaces ": "9",
    "trailing.": "10",
    "to nowhere": new Link("../../nowhere"),
  },
  "late": "late 1",
});
await day(11);
Deno.chmodSync(join(grown.source, "names"), 0o700);
Deno.utimeSync(join(grown.source, "late"), 1_700_000_000.123, 1_700_000_000.123);
await day(12);
grown.put({ "late": "late 2" }).drop("names/new\nline", "twin");
await day(13);
grown.day(14);
await grown.prune({ policy: { last: 6 } });
grown.day(15);
await grown.cleanupDays(8);
grown.put({ "late": "late 3", "names": { "new\nline": "again" } });
await day(16);
grown.assertSound();

const answers = await answersOf(grown.vault, join(grown.path, "restored"));
Deno.writeTextFileSync(join(out, "answers.json"), `${JSON.stringify(answers, null, 1)}\n`);
// git keeps neither times nor empty directories; an archive does
const { success } = await new Deno.Command("tar", {
  args: ["--format=posix", "--sort=name", "--owner=0", "--group=0", "--numeric-owner"].concat(
    ["-czf", join(Deno.cwd(), out, "vault.tar.gz"), "-C", grown.path, "vault"],
  ),
}).spawn().status;
if (!success) Deno.exit(1);
