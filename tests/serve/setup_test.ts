/** `serve --allow-setup`: a first set-up on the page does what the commands do, over nothing that is there. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { namedDrives } from "../../src/cli/init/drives.ts";
import { isThere, makeTree, read, run, type TempDir, tempDir } from "../helpers/cli_helper.ts";
import { ask, serverOf, visitor } from "./fake_vault.ts";
import { follow, serving } from "./serving.ts";

const UNIX = Deno.build.os !== "windows";

/** A home with documents, and schedulers that schedule nothing on this machine. */
function world(): TempDir & { env: Record<string, string> } {
  const dir = tempDir();
  makeTree(dir.path, {
    home: { Documents: { "a.txt": "one", "b.tmp": "x" }, full: { strange: "s" } },
    outside: { f: "f" },
    bin: {},
  });
  for (const name of ["systemctl", "crontab"]) {
    Deno.writeTextFileSync(dir.at(`bin/${name}`), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
  }
  const env = {
    HOME: dir.at("home"),
    XDG_CONFIG_HOME: dir.at("home/.config"),
    HIKAE_STATE_DIR: dir.at("state"),
    PATH: `${dir.at("bin")}:${Deno.env.get("PATH")}`,
    DENO_DIR: Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`,
  };
  return Object.assign(dir, { env });
}

type Visit = Awaited<ReturnType<typeof follow>>;

const CONFIG = "home/.config/hikae/hikae.jsonc";

function poster(
  visit: Visit,
  origin: string,
  usual: Record<string, string>,
): (fields: Record<string, string>) => Promise<Response> {
  return (fields) =>
    visit("/setup", {
      method: "POST",
      headers: { origin },
      body: new URLSearchParams({ ...usual, ...fields }),
    });
}

/** What the page of a plan says that it showed. */
function digestOf(plan: string): string {
  return /name="shown" value="([0-9a-f]{64})"/.exec(plan)?.[1] ?? "";
}

/** Loads the page of the run until it asks for itself no more. */
async function ended(visit: Visit): Promise<string> {
  for (let tries = 0; tries < 6000; tries++) {
    const text = await (await visit("/setup/run")).text();
    if (!text.includes('http-equiv="refresh"')) return text;
    await new Promise((go) => setTimeout(go, 100));
  }
  throw new Error("the set-up does not end");
}

Deno.test({
  name: "setup: the page writes the config that it showed, backs up, and then shows the new vault",
  ignore: !UNIX,
  fn: async () => {
    using dir = world();
    await using server = await serving(["--allow-setup"], { env: dir.env, cwd: dir.path });
    const visit = await follow(server);
    assertStringIncludes(await (await visit("/")).text(), "/setup");
    const form = await (await visit("/setup")).text();
    assertStringIncludes(form, `value="${dir.at("home/Documents")}"`);
    const post = poster(visit, server.origin, {
      step: "plan",
      source: dir.at("home/Documents"),
      vault: dir.at("home/kept"),
      often: "daily",
      time: "21:30",
      exclude: "*.tmp",
      keep: "usual",
    });
    const plan = await (await post({})).text();
    assertStringIncludes(plan, "schedule install documents --daily 21:30");
    assertStringIncludes(plan, "*.tmp");
    // on the disk of its source only when that was confirmed
    const unsure = await (await post({ step: "begin" })).text();
    assertStringIncludes(unsure, 'name="sameDisk"');
    assert(!isThere(dir.at("home/.config")) && !isThere(dir.at("home/kept")), "nothing is written");
    // what was not shown is not done
    const other = await (await post({ step: "begin", sameDisk: "yes", keep: "all" })).text();
    assert(other.includes('name="shown"') && !isThere(dir.at("home/.config")), other);
    const shown = digestOf(plan);
    const begun = await post({ step: "begin", sameDisk: "yes", shown });
    assertEquals(begun.status, 303);
    await begun.body?.cancel();
    // once, however often the button is pressed
    const again = await post({ step: "begin", sameDisk: "yes", shown });
    assertEquals(again.status, 303);
    await again.body?.cancel();
    const done = await ended(visit);
    assertStringIncludes(done, "as a drill: it is the same");
    assertStringIncludes(done, "schedule could not be installed");
    assertEquals(read(dir.at("home/kept/a.txt")), "one");
    assert(!isThere(dir.at("home/kept/b.tmp")));
    const config = read(dir.at(CONFIG));
    assertStringIncludes(config, '"daily": 14');
    assert(!config.includes("plugins") && !config.includes("commands"), "nothing that runs");
    assertEquals((await run(["config", "check"], { env: dir.env, cwd: dir.path })).code, 0);
    const vault = /href="\/[0-9a-f]+(\/v\/0\/)"/.exec(done)?.[1] ?? "";
    assertStringIncludes(await (await visit(`${vault}tree/latest/`)).text(), "a.txt");
  },
});

Deno.test({
  name: "setup: what init refuses is refused, and nothing is written then",
  ignore: !UNIX,
  fn: async () => {
    using dir = world();
    await using server = await serving(["--allow-setup"], { env: dir.env, cwd: dir.path });
    const visit = await follow(server);
    const source = dir.at("home/Documents");
    const post = poster(visit, server.origin, {
      step: "begin",
      sameDisk: "yes",
      source,
      when: "no",
      keep: "all",
    });
    const refused: [Record<string, string>, string][] = [
      [{ vault: dir.at("home/Documents/v") }, "cannot lie inside"],
      [{ vault: dir.at("home") }, "inside the place for the backup"],
      [{ vault: "s3:x" }, "s3:x"],
      [{ vault: dir.at("home/full") }, "holds other files"],
      [{ vault: dir.at("outside/v") }, "hikae init"],
      [{ vault: dir.at("home/v"), source: dir.at("outside") }, "hikae init"],
      [{ vault: dir.at("home/v"), source: "" }, "is not a folder"],
      [{ vault: dir.at("home/v"), when: "often" }, "not a time of day"],
      // nobody can type it, but a form can send it: what is written always reads back
      [{ vault: dir.at("home/v\u0001") }, "a control character in a path"],
    ];
    for (const [fields, why] of refused) {
      const answer = await post(fields);
      assertEquals(answer.status, 200);
      assertStringIncludes(await answer.text(), why);
    }
    assertEquals([...Deno.readDirSync(dir.at("home"))].map((e) => e.name).sort(), [
      "Documents",
      "full",
    ]);
    // one that counts before the user's own
    Deno.writeTextFileSync(dir.at("hikae.jsonc"), "{}");
    assertStringIncludes(
      await (await post({ vault: dir.at("home/v") })).text(),
      "a config of its own",
    );
    assertEquals(read(dir.at("hikae.jsonc")), "{}");
    assert(!isThere(dir.at("home/v")));
  },
});

const OWN = `// mine
{
  "jobs": {
    // the music
    "music": { "source": "~/Music", "vaults": ["~/kept-music"] } // , not the last
  }
}
`;

Deno.test({
  name: "setup: a job is added to the config that is there, and every other byte of it stays",
  ignore: !UNIX,
  fn: async () => {
    using dir = world();
    makeTree(dir.at("home"), { Music: {}, ".config": { hikae: { "hikae.jsonc": OWN } } });
    Deno.chmodSync(dir.at(CONFIG), 0o600);
    await using server = await serving(["--allow-setup"], { env: dir.env, cwd: dir.path });
    const visit = await follow(server);
    const fields = { source: dir.at("home/Documents"), when: "no", exclude: "*.tmp", keep: "all" };
    const post = poster(visit, server.origin, { step: "plan", sameDisk: "yes", ...fields });
    const taken = await (await post({ vault: dir.at("home/kept-music") })).text();
    assertStringIncludes(taken, "the place of the backup music");
    const vault = dir.at("home/kept");
    const plan = await (await post({ vault })).text();
    assertStringIncludes(plan, "The rest of it stays as it is");
    assert(!plan.includes("the music"), "only what is new is shown");
    // somebody edits it meanwhile: what was shown is not what would be written
    Deno.writeTextFileSync(dir.at(CONFIG), `${OWN}// later\n`);
    const late = await (await post({ vault, step: "begin", shown: digestOf(plan) })).text();
    assertEquals(read(dir.at(CONFIG)), `${OWN}// later\n`);
    const begun = await post({ vault, step: "begin", shown: digestOf(late) });
    assertEquals(begun.status, 303);
    await begun.body?.cancel();
    assertStringIncludes(await ended(visit), "added the job documents");
    const [before = "", after = ""] = OWN.split(" // , not the last\n");
    assertEquals(
      read(dir.at(CONFIG)),
      `${before}, // , not the last
    "documents": {
      "source": ${JSON.stringify(dir.at("home/Documents"))},
      "vaults": [${JSON.stringify(vault)}],
      "exclude": ["*.tmp"],
    }
${after}// later\n`,
    );
    assertEquals(Deno.statSync(dir.at(CONFIG)).mode! & 0o777, 0o600);
    assertEquals(read(`${vault}/a.txt`), "one");
    assertEquals((await run(["config", "check"], { env: dir.env, cwd: dir.path })).code, 0);
  },
});

Deno.test("setup: without --allow-setup there is none, and no other page can ask for it", async () => {
  const shut = serverOf({ files: {} });
  const visit = await visitor(shut);
  assertEquals((await visit("/setup")).status, 404);
  const headers = { origin: `http://${shut.gate.host}` };
  assertEquals((await visit("/setup", { method: "POST", headers })).status, 403);
  let asked = 0;
  const never = (): Promise<never> => {
    asked++;
    return Promise.reject(new Error("asked"));
  };
  const setup = { choices: never, plan: never, begin: never, state: never };
  const open = { ...serverOf({ files: {} }), setup };
  const own = await visitor(open);
  for (const origin of ["http://evil.example", "null"]) {
    assertEquals((await own("/setup", { method: "POST", headers: { origin } })).status, 403);
  }
  const start = `/${open.gate.start}/setup`;
  assertEquals((await ask(open, start, { method: "POST", headers })).status, 403);
  assertEquals(asked, 0);
});

Deno.test("setup: a drive has the name that the system has for it", async () => {
  const none = (): Promise<never> => Promise.reject(new Error("not asked"));
  assertEquals(await namedDrives(["/run/media/me/My Stick"], false, none), [
    { name: "My Stick", path: "/run/media/me/My Stick" },
  ]);
  const labels = (): Promise<{ code: number; stdout: string; stderr: string }> =>
    Promise.resolve({
      code: 0,
      stdout: "C:\\\tWindows\r\nE:\\\tÜ backup\r\nF:\\\t\r\n",
      stderr: "",
    });
  assertEquals((await namedDrives(["E:\\", "F:\\"], true, labels)).map((d) => d.name), [
    "Ü backup (E:)",
    "F:",
  ]);
  assertEquals((await namedDrives(["E:\\"], true, none)).map((d) => d.name), ["E:"]);
});
