/** A vault of many runs: what a question asks of the index does not grow with their number. */

import { assert, assertEquals } from "@std/assert";
import type { EnginePorts } from "../../src/engine/ports.ts";
import { status } from "../../src/engine/query/status.ts";
import { diff, find, history, ls } from "../helpers/ask.ts";
import { enginePorts } from "../helpers/engine_helper.ts";
import { Grown } from "../helpers/maintain_helper.ts";

/** Ports that count how often the records of the index are read, and records' first lines on the disk. */
interface Counting {
  ports: EnginePorts;
  reads: () => number;
  heads: () => number;
  /** How often their directory was listed. */
  lists: () => number;
}

function counting(): Counting {
  let reads = 0;
  let heads = 0;
  let lists = 0;
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
        list: (path) => {
          if (path.endsWith("runs")) lists++;
          return fs.list(path);
        },
        open: (path, options) => {
          if (path.endsWith(".jsonl")) heads++;
          return fs.open(path, options);
        },
      },
    },
    reads: () => reads,
    heads: () => heads,
    lists: () => lists,
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

Deno.test("status lists the records for itself and for the index, and reads those of the last runs", async () => {
  using g = new Grown();
  const asked = (): [number, number, string | undefined] => {
    const { ports, lists, heads } = counting();
    const [one] = status(ports, { roots: [g.vault] });
    return [lists(), heads(), one?.good?.stamp];
  };
  for (let i = 0; i < 9; i++) await g.day(i).put({ a: `${i}` }).backup();
  const few = asked();
  for (let i = 9; i < 24; i++) await g.day(i).put({ a: `${i}` }).backup();
  const many = asked();
  assertEquals(many.slice(0, 2), few.slice(0, 2));
  assertEquals(many[0], 2);
  assert(String(few[2]) < String(many[2]));
});
