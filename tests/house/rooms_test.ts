/** How the rooms of the engine stand to each other: `deno task rooms` counts them. */

import { assert, assertEquals } from "@std/assert";
import { roomsOf } from "../../tools/rooms.ts";

Deno.test("rooms: no way leads round among the folders of the engine, nor among those of a backup", () => {
  for (const dir of ["src/engine", "src/engine/backup"]) {
    const { rooms, back } = roomsOf(dir, true);
    assert(rooms > 10, dir);
    assertEquals(back, 0, dir);
  }
});
