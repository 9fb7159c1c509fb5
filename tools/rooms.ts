/**
 * How rooms of the source stand to each other. A room is a file of a folder, or a folder in it with all below; an arrow leads
 * from a room to one that it imports from (types count, what is loaded later does not). Floors are the rooms of the longest way along arrows. Arrows back
 * are those that have to go so that no way leads round: `deno task rooms [FOLDER…]`
 * @module
 */

import { fromFileUrl, join, normalize } from "@std/path";

const ROOT = fromFileUrl(new URL("../", import.meta.url));

/** What a folder comes to. */
export interface Rooms {
  rooms: number;
  arrows: number;
  floors: number;
  back: number;
}

/** Where each room leads. */
type Arrows = Map<string, Set<string>>;

function filesBelow(dir: string): string[] {
  return [...Deno.readDirSync(join(ROOT, dir))].flatMap((e) =>
    e.isDirectory
      ? filesBelow(`${dir}/${e.name}`)
      : e.name.endsWith(".ts")
      ? [`${dir}/${e.name}`]
      : []
  ).sort();
}

function importsOf(file: string): string[] {
  const text = Deno.readTextFileSync(join(ROOT, file));
  return [...text.matchAll(/\bfrom "(\.[^"]+)"/g)]
    .map(([, to = ""]) => normalize(join(file, "..", to)));
}

/** The rooms of a folder and their arrows: each file one, or `whole` folders in it. */
function arrowsOf(dir: string, whole: boolean): Arrows {
  const room = (file: string): string =>
    whole ? file.slice(dir.length + 1).split("/")[0] ?? "" : file.slice(dir.length + 1);
  const arrows: Arrows = new Map();
  for (const file of filesBelow(dir)) {
    const leads = arrows.get(room(file)) ?? new Set();
    arrows.set(room(file), leads);
    for (const to of importsOf(file)) {
      if (to.startsWith(`${dir}/`) && room(to) !== room(file)) leads.add(room(to));
    }
  }
  return arrows;
}

/** The rooms that can be reached from one, itself only by a way round. */
function reached(arrows: Arrows, from: string): Set<string> {
  const found = new Set<string>();
  const open = [from];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const to of arrows.get(at) ?? []) {
      if (!found.has(to)) open.push(to);
      found.add(to);
    }
  }
  return found;
}

/** An order of the rooms in which few arrows lead back: of rooms on a way round, those that are led to most come last. */
function inOrder(arrows: Arrows): string[] {
  const left = new Set(arrows.keys());
  const order: string[] = [];
  const out = (a: string): number => [...arrows.get(a) ?? []].filter((b) => left.has(b)).length;
  const into = (a: string): number => [...left].filter((b) => arrows.get(b)?.has(a)).length;
  while (left.size > 0) {
    const next = [...left].sort((a, b) => into(a) - out(a) - (into(b) - out(b)))
      .find((a) => into(a) === 0) ??
      [...left].sort((a, b) => into(a) - out(a) - (into(b) - out(b)))[0] ?? "";
    left.delete(next);
    order.push(next);
  }
  return order;
}

/** Counts the rooms of a folder. */
export function roomsOf(dir: string, whole: boolean): Rooms {
  const arrows = arrowsOf(dir, whole);
  const order = inOrder(arrows);
  const place = new Map(order.map((room, i) => [room, i]));
  const isBack = (a: string, b: string): boolean => (place.get(b) ?? 0) < (place.get(a) ?? 0);
  const round = (a: string, b: string): boolean => isBack(a, b) && reached(arrows, b).has(a);
  const floor = new Map<string, number>();
  let back = 0;
  for (const a of order.toReversed()) {
    const below = [...arrows.get(a) ?? []].filter((b) => !round(a, b));
    back += (arrows.get(a)?.size ?? 0) - below.length;
    floor.set(a, 1 + Math.max(0, ...below.map((b) => floor.get(b) ?? 0)));
  }
  return {
    rooms: arrows.size,
    arrows: [...arrows.values()].reduce((sum, leads) => sum + leads.size, 0),
    floors: Math.max(0, ...floor.values()),
    back,
  };
}

if (import.meta.main) {
  const dirs = Deno.args.length > 0 ? Deno.args : ["src/engine/backup", "src/engine", "src/cli"];
  for (const dir of dirs) {
    for (const whole of [false, true]) {
      const { rooms, arrows, floors, back } = roomsOf(dir, whole);
      const line = `${dir} by ${whole ? "folder" : "file"}: ${rooms} rooms, ${arrows} arrows, ` +
        `${floors} floors, ${back} arrows back\n`;
      Deno.stdout.writeSync(new TextEncoder().encode(line));
    }
  }
}
