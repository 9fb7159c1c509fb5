/** Which time a copy of a series has. */

import { assertEquals } from "@std/assert";
import { copyTime } from "../../src/cli/backup/series_times.ts";

const NOON = new Date(2024, 0, 31, 12).getTime();

/** Every directory has the length of its path as its time. */
function timeOf(path: string): [number, string] {
  const { at, from } = copyTime(path, (p) => p.length);
  return [at, from];
}

Deno.test({
  name: "series: a copy has the time in its name, or that of its directory",
  ignore: Deno.build.os === "windows",
  fn: () => {
    assertEquals(timeOf("/b/2024-01-31-120000"), [NOON, "name"]);
    assertEquals(timeOf("/b/daily.3"), ["/b/daily.3".length, "mtime"]);
    assertEquals(timeOf("/b/monday"), ["/b/monday".length, "mtime"]);
    // a volume below a snapshot
    assertEquals(timeOf("/b/2024-01-31-120000/Macintosh HD/Users/me"), [NOON, "name"]);
    assertEquals(timeOf("/b/daily.3/localhost/home"), ["/b/daily.3".length, "mtime"]);
    // a directory that only mentions a day has not been a snapshot of anything
    assertEquals(timeOf("/photos of 2024-01-31/copy"), [
      "/photos of 2024-01-31/copy".length,
      "mtime",
    ]);
    // a rotation in a dated directory goes by its own time
    assertEquals(timeOf("/2024-01-31/daily.3"), ["/2024-01-31/daily.3".length, "mtime"]);
  },
});
