/** One run into several vaults, of which one takes names for the same that the others keep apart (decision 17). */

import { assertEquals } from "@std/assert";
import type { Message } from "../../src/base/event.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { backup } from "../../src/engine/backup/backup.ts";
import { verify } from "../../src/engine/verify/verify.ts";
import { caseless } from "../helpers/caseless.ts";
import { makeTree, removeTree, tempDir } from "../helpers/cli_helper.ts";
import { backupRequest, enginePorts } from "../helpers/engine_helper.ts";
import { stateOf, tell } from "../faults/tell.ts";

// Windows cannot have both names in a source
const ignore = Deno.build.os === "windows";

type Step = [what: string, (source: string) => void];

const STEPS: readonly Step[] = [
  ["first", (s) => makeTree(s, { Dd: { f: "upper", deep: { u: "u" } }, dd: { f: "lower" } })],
  ["no change", () => {}],
  ["a file changed below each", (s) => makeTree(s, { Dd: { f: "upper 2" }, dd: { f: "lower 2" } })],
  ["more below each", (s) => makeTree(s, { Dd: { deep: { v: "v" } }, dd: { deep: { u: "w" } } })],
  ["a third one", (s) => makeTree(s, { DD: { f: "third", deep: { x: { y: "y" } } } })],
  ["one goes", (s) => removeTree(`${s}/dd`)],
  ["and comes back", (s) => makeTree(s, { dd: { f: "again", deep: { u: "back" } } })],
];

const contents = (state: ReadonlyMap<string, string>): Map<string, string> =>
  new Map([...state].map(([path, told]) => [path, told.split(" ").slice(0, 2).join(" ")]));

/** What is not told to be kept apart. */
function held(state: ReadonlyMap<string, string>, told: ReadonlySet<string>): [string, string][] {
  const isTold = (path: string): boolean =>
    [...told].some((t) => path === t || path.startsWith(`${t}/`));
  return [...contents(state)].filter(([path, is]) => !isTold(path) && is.startsWith("file"));
}

for (const order of [["folds", "whole"], ["whole", "folds"]] as const) {
  for (const checksum of [false, true]) {
    const how = `${order.join(", ")}${checksum ? ", by content" : ""}`;
    Deno.test(
      `several vaults, one folds case: it has nothing below a name that another one has there (${how})`,
      { ignore },
      async (t) => {
        using dir = tempDir();
        const source = dir.at("source");
        Deno.mkdirSync(source);
        const messages: Message[] = [];
        const ports = enginePorts(messages, caseless(denoFs, dir.at("folds")));
        for (const [what, change] of STEPS) {
          await t.step(what, async () => {
            change(source);
            messages.length = 0;
            const request = backupRequest(source, order.map((v) => dir.at(v)), { checksum });
            const outcomes = await backup(ports, { ...request, allowMassChange: true });
            assertEquals(outcomes.map((o) => o.failed), [undefined, undefined]);
            const told = new Set<string>();
            for (const m of messages) if (m.message_type === "error" && m.path) told.add(m.path);
            for (const vault of order) {
              const root = dir.at(vault);
              const lost = vault === "folds" ? told : new Set<string>();
              const newest = [...tell(root, ports).states.values()].at(-1) ?? new Map();
              const got = contents(newest);
              for (const [path, is] of held(stateOf(source), lost)) {
                assertEquals(got.get(path), is, `${vault}: ${path}`);
              }
              const asked = { root, given: vault, host: "test", pid: Deno.pid };
              const { errors } = verify(ports, { ...asked, repair: false, windows: false });
              assertEquals(errors, 0, vault);
            }
          });
        }
      },
    );
  }
}
