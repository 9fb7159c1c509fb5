/** A vault of many runs: what a question asks of the index does not grow with their number. */

import { assert, assertEquals } from "@std/assert";
import type { EnginePorts } from "../../src/engine/ports.ts";
import { diff, find, history, ls } from "../helpers/ask.ts";
import { enginePorts } from "../helpers/engine_helper.ts";
import { Grown } from "../helpers/maintain_helper.ts";

/** Ports that count how often the records of the index are read, and records' first lines on the disk. */
function counting(): { ports: EnginePorts; reads: () => number; heads: () => number } {
  let reads = 0;
  let heads = 0;
  const ports = enginePorts();
  const { openDatabase, fs } = ports;
  return {
    ports: {
      ...ports,
      openDatabase: (path, options) => {
        const db = openDatabase(path, options);
        return {
          ...db,
          prepare: (sql) => {
            const s = db.prepare(sql);
            if (!/FROM record ORDER BY/.test(sql)) return s;
            return { ...s, rows: (...v) => (reads++, s.rows(...v)) };
          },
        };
      },
      fs: {
        ...fs,
        open: (path, options) => {
          if (path.endsWith(".jsonl")) heads++;
          return fs.open(path, options);
        },
      },
    },
    reads: () => reads,
    heads: () => heads,
  };
}

Deno.test("ls, history, find and diff read the records a few times, however many runs there are", async () => {
  using g = new Grown();
  const asked = async (): Promise<[number, number][]> => {
    const request = { root: g.vault, windows: false };
    const found: [number, number][] = [];
    for (
      const ask of [
        (p: EnginePorts) => ls(p, request),
        (p: EnginePorts) => history(p, { ...request, path: "a" }),
        (p: EnginePorts) => find(p, { ...request, glob: "a", ignoreCase: false }),
        (p: EnginePorts) => diff(p, request),
      ]
    ) {
      const { ports, reads, heads } = counting();
      await ask(ports);
      found.push([reads(), heads()]);
    }
    return found;
  };
  for (let i = 0; i < 2; i++) await g.day(i).put({ a: `${i}` }).backup();
  const few = await asked();
  for (let i = 2; i < 12; i++) await g.day(i).put({ a: `${i}` }).backup();
  assertEquals(await asked(), few);
  assert(few.every(([reads]) => reads <= 3), JSON.stringify(few));
});
