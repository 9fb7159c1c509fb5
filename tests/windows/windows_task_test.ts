/** The Task Scheduler itself: a task is taken, read back and removed. On a real Windows alone. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { run, tempDir } from "../helpers/cli_helper.ts";

/** Wine has a `schtasks`, and no Task Scheduler behind it. */
function isRealWindows(): boolean {
  if (Deno.build.os !== "windows") return false;
  try {
    const { success } = new Deno.Command("reg", {
      args: ["query", "HKLM\\Software\\Wine"],
      stdout: "null",
      stderr: "null",
    }).outputSync();
    return !success && Deno.env.get("WINEPREFIX") === undefined;
  } catch {
    return false;
  }
}

Deno.test({
  name: "windows: the Task Scheduler takes what is installed, gives it back and lets it go",
  ignore: !isRealWindows(),
  fn: async () => {
    using dir = tempDir();
    const job = `test Übersicht ${crypto.randomUUID().slice(0, 8)}`;
    const config = dir.at("hikae.jsonc");
    Deno.mkdirSync(dir.at("source"));
    const jobs = { [job]: { source: dir.at("source"), vaults: [dir.at("vault")] } };
    Deno.writeTextFileSync(config, JSON.stringify({ jobs }));
    const schedule = (...words: string[]): ReturnType<typeof run> =>
      run(["schedule", ...words, "--config", config]);
    const kinds = [
      ["--daily", "02:30,21:00"],
      ["--weekly", "mon-fri 12:00", "--random-delay", "30m", "--only-on-ac", "--wake"],
      ["--every", "45m", "--only-idle", "--retry", "3"],
      ["--on-login"],
      ["--on-drive", "E:"],
    ];
    try {
      for (const kind of kinds) {
        const done = await schedule("install", job, ...kind);
        assertEquals(done.code, 0, `${kind.join(" ")}: ${done.stderr}`);
        const query = new Deno.Command("schtasks", {
          args: ["/Query", "/TN", `\\hikae\\${job.replaceAll(" ", "%20")}`, "/XML"],
        }).outputSync();
        assertEquals(query.code, 0);
        const xml = new TextDecoder("latin1").decode(query.stdout);
        assertMatch(xml, /<UserId>S-1-[-\d]+<\/UserId>/);
        assertStringIncludes(xml, "<Command>%SystemRoot%\\System32\\conhost.exe</Command>");
      }
      const listed = (await schedule("list", "--json")).json.map((m) => m.job);
      assertEquals(listed.includes(job), true, listed.join());
    } finally {
      const removed = await run(["schedule", "remove", job]);
      assertEquals(removed.code, 0, removed.stderr);
    }
  },
});
