/** How the rooms of the engine stand to each other: `deno task rooms` counts them. */

import { assert, assertEquals } from "@std/assert";
import { roomsOf } from "../../tools/rooms.ts";

Deno.test("rooms: no way leads round among the folders of the engine, of a backup and of the commands", () => {
  for (const dir of ["src/engine", "src/engine/backup", "src/cli"]) {
    const { rooms, back } = roomsOf(dir, true);
    assert(rooms > 10, dir);
    assertEquals(back, 0, dir);
  }
});
