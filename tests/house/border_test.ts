/** What passes between threads and processes of hikae is typed: nothing at a border is believed by a cast. */

import { assertEquals } from "@std/assert";

/** Where what another thread or process said is taken in, and where it is sent. */
const BORDER = [
  "src/cli/bundle/bundle_place.ts",
  "src/cli/engine.ts",
  "src/cli/link_maker.ts",
  "src/cli/serve/look_child.ts",
  "src/cli/serve/look_process.ts",
  "src/cli/serve/look_task.ts",
  "src/cli/serve/page_server.ts",
  "src/cli/serve/setup.ts",
  "src/engine/bundle/places.ts",
  "src/engine/commands.ts",
  "src/engine/links.ts",
  "src/engine/ports.ts",
  "src/engine/questions.ts",
  "src/sandbox/channel.ts",
  "src/sandbox/look_wire.ts",
  "src/sandbox/remote_wire.ts",
  "src/sandbox/serve_wire.ts",
  "src/workers/bundle_remote.ts",
  "src/workers/engine.ts",
  "src/workers/engine_ports.ts",
  "src/workers/lane.ts",
  "src/workers/look.ts",
  "src/workers/outbox.ts",
  "src/workers/questions.ts",
  "src/workers/serve.ts",
  "src/workers/state.ts",
  "src/workers/thread.ts",
];

Deno.test("no cast, unknown or never stands at a border between threads or processes", () => {
  const found: string[] = [];
  for (const path of BORDER) {
    const text = Deno.readTextFileSync(new URL(`../../${path}`, import.meta.url));
    for (const [i, line] of text.split("\n").entries()) {
      const code = line.replace(/^\s*(\/?\*|\/\/).*|\/\/ .*|"[^"]*"/g, "").replaceAll(
        " as const",
        "",
      );
      if (/^\s*(import|export) /.test(line) && !/[:=<]/.test(code)) continue;
      if (/\b(unknown|never)\b|[\w)\]}>] as [\w{[]/.test(code)) {
        found.push(`${path}:${i + 1} ${line.trim()}`);
      }
    }
  }
  assertEquals(found, []);
});
