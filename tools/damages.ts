/**
 * The damage matrix: each kind of damage at each place, met by each command, and random damages of the records:
 * `deno task damages [--times N] [--seed N] [--place PLACE]… [--questions N] [--writers N]`: each kind so often at each
 * place (record, index, metadata, names.txt, vault.json), met by all questions and writers or by so many of them. It
 * prints its counts; tests/verify/damages_test.ts holds a small part of it.
 * @module
 */

import { parseArgs } from "@std/cli";
import { PLACES, runDamages } from "../tests/verify/damages/matrix.ts";

const args = parseArgs(Deno.args, {
  string: ["times", "seed", "place", "questions", "writers"],
  collect: ["place"],
});
const some = (n: unknown): number | undefined => n === undefined ? undefined : Number(n);
const wanted = [args.place ?? []].flat();
const places = PLACES.filter((p) => wanted.length === 0 || wanted.includes(p));
const print = (text: string): void => {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
};
const started = performance.now();
const table = await runDamages({
  places,
  times: Number(args.times ?? 1),
  seed: Number(args.seed ?? 1),
  questions: some(args.questions),
  writers: some(args.writers),
  print,
});
print(table.text());
print(`${((performance.now() - started) / 1000).toFixed(0)} s`);
Deno.exit(table.isClean ? 0 : 1);
