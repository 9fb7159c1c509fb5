/** The plugins that come with hikae, each in its real process, against real servers and programs. */

import {
  assert,
  assertEquals,
  assertFalse,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { HikaeError } from "../../src/base/errors.ts";
import { notification } from "../../plugins/lib/notification.ts";
import { SHIPPED } from "../../src/cli/shipped_plugins.ts";
import type { Json } from "../../src/plugins/api.ts";
import type { PluginEntry } from "../../src/plugins/entry.ts";
import { entry, type Trial, trial } from "./plugins_support.ts";
import { result, serve, StandIns, summary, withPlugin } from "./shipped_support.ts";

function parsed(text: string | undefined): Record<string, Json> {
  return JSON.parse(text ?? "null") as Record<string, Json>;
}

const QUICK = { retries: 2, backoffMs: 5 };

Deno.test("webhook: the body of each service", async () => {
  await using server = serve();
  const allow = { net: [server.host] };
  const problems = [{ code: "EACCES", message: "no <right> & reason", path: "a/b" }];
  const told = async (format: string, path: string): Promise<Record<string, Json>> => {
    const options = { url: `${server.url}${path}`, format };
    const t = await withPlugin("webhook", { allow, options }, async ({ set }) => {
      await set.postBackup(result("incomplete", { problems }));
    });
    assertEquals(t.warnings, []);
    return parsed(server.got.at(-1)?.body);
  };
  const text = "/vault: 12 new, 3 changed, 1 deleted, 3.81 MiB added\n- a/b no <right> & reason";
  const title = "hikae: documents incomplete";
  const json = await told("json", "/x");
  assertEquals([json["event"], json["outcome"], json["exitCode"]], ["backup", "incomplete", 3]);
  assertEquals([json["title"], json["text"], json["options"]], [title, text, undefined]);
  assertEquals(json["summaries"] as unknown, [{ ...summary(), plugins_failed: 0 }]);
  const escaped = text.replace("<right> &", "&lt;right&gt; &amp;");
  assertEquals(await told("slack", "/services/T/B"), { text: `${title}\n${escaped}` });
  assertEquals(await told("discord", "/api/webhooks/1/t"), {
    content: `${title}\n${text}`,
    allowed_mentions: { parse: [] },
  });
  const teams = JSON.stringify(await told("teams", "/workflows/1"));
  assertStringIncludes(teams, '"contentType":"application/vnd.microsoft.card.adaptive"');
  assertStringIncludes(teams, `"text":"${title}"`);
  assertEquals(await told("ntfy", "/backups"), {
    topic: "backups",
    title,
    message: text,
    priority: 4,
    tags: ["warning"],
  });
  assertEquals(server.got.map((g) => g.path), [
    "/x",
    "/services/T/B",
    "/api/webhooks/1/t",
    "/workflows/1",
    "/",
  ]);
});

Deno.test("webhook: tries again, ever later, and gives up", async () => {
  await using server = serve([503, 429, 200, 500, 500, 500, 404]);
  const allow = { net: [server.host] };
  const options = { url: server.url, ...QUICK, backoffMs: 60 };
  const send = (): Promise<Trial> =>
    withPlugin("webhook", { allow, options }, ({ set }) => set.postBackup(result()));
  const started = performance.now();
  assertEquals((await send()).warnings, []);
  assert(performance.now() - started >= 170);
  assertEquals(server.got.length, 3);
  assertMatch((await send()).warnings.join(), /it answered 500 \(3 attempts\); the run goes on/);
  assertMatch((await send()).warnings.join(), /it answered 404; the run goes on/);
  assertEquals(server.got.length, 7);
});

Deno.test("webhook: a server that is down and comes up in time gets the message", async () => {
  const gone = serve();
  const port = Number(gone.host.split(":")[1]);
  await gone[Symbol.asyncDispose]();
  const options = { url: `${gone.url}/x`, retries: 16, backoffMs: 20 };
  await withPlugin(
    "webhook",
    { allow: { net: [gone.host] }, options },
    async ({ set, warnings }) => {
      const sent = set.postBackup(result());
      await new Promise((done) => setTimeout(done, 50));
      let body = "";
      const server = Deno.serve({ hostname: "127.0.0.1", port, onListen: () => {} }, async (r) => {
        body = await r.text();
        return new Response();
      });
      await sent;
      await server.shutdown();
      assertEquals(parsed(body)["outcome"], "done");
      assertEquals(warnings, []);
    },
  );
});

Deno.test("webhook: its waiting ends with its time", async () => {
  await using server = serve([
    new Response(null, { status: 503, headers: { "retry-after": "600" } }),
  ]);
  const rest = { allow: { net: [server.host] }, options: { url: server.url }, timeout: 600 };
  const t = await withPlugin("webhook", rest, ({ set }) => set.postBackup(result()));
  assertEquals(t.warnings.length, 1);
});

Deno.test("webhook and healthcheck: secrets of the environment are used and never told", async () => {
  const secret = "s3cr3t-of-the-hook";
  await using server = serve([500, 500, 404, 200, 302]);
  Deno.env.set("HIKAE_TEST_HOOK", `${server.url}/services/${secret}?k=${secret}`);
  Deno.env.set("HIKAE_TEST_TOKEN", secret);
  try {
    const allow = { net: [server.host], env: ["HIKAE_TEST_HOOK", "HIKAE_TEST_TOKEN"] };
    const variables = { urlEnv: "HIKAE_TEST_HOOK", tokenEnv: "HIKAE_TEST_TOKEN" };
    const options = { ...variables, host: server.host, backoffMs: 1, retries: 1 };
    const said: string[] = [];
    const send = async (name: string): Promise<void> => {
      const t = await withPlugin(name, { allow, options }, ({ set }) => set.postBackup(result()));
      said.push(...t.warnings, ...t.logs);
    };
    for (const name of ["webhook", "webhook", "healthcheck", "webhook"]) await send(name);
    assertEquals(
      server.got.map((g) => g.headers["authorization"]),
      Array(5).fill(`Bearer ${secret}`),
    );
    assertEquals(server.got.at(0)?.path, `/services/${secret}`);
    assertFalse(server.got.some((g) => g.body.includes(secret)), "bodies hold no secret");
    await server[Symbol.asyncDispose]();
    for (const name of ["webhook", "healthcheck"]) await send(name);
    Deno.env.set("HIKAE_TEST_HOOK", `no address ${secret}`);
    for (const name of ["webhook", "healthcheck"]) await send(name);
    Deno.env.delete("HIKAE_TEST_HOOK");
    await send("webhook");
    const text = said.join("\n");
    assertFalse(text.includes(secret), text);
    assertMatch(text, /it answered 500 \(2 attempts\)/);
    assertMatch(text, /it answered 302/);
    assertMatch(text, /no answer \(2 attempts\)/);
    assertMatch(text, /the variable HIKAE_TEST_HOOK holds no http or https address/);
    assertMatch(text, /the variable HIKAE_TEST_HOOK is not set/);
  } finally {
    Deno.env.delete("HIKAE_TEST_HOOK");
    Deno.env.delete("HIKAE_TEST_TOKEN");
  }
});

Deno.test("webhook: which runs it tells of, and each once", async () => {
  await using server = serve();
  const allow = { net: [server.host] };
  const problem = { code: "failed", message: "the disk is full", hint: "make room" };
  const error = { command: "backup", problem };
  const send = async (
    options: object,
    work: (t: Trial) => Promise<void>,
    dryRun = false,
  ): Promise<number> => {
    const before = server.got.length;
    const rest = { allow, options: { url: server.url, ...options } };
    assertEquals((await withPlugin("webhook", rest, work, { dryRun })).warnings, []);
    return server.got.length - before;
  };
  assertEquals(await send({}, ({ set }) => set.postBackup(result("skipped"))), 0);
  assertEquals(await send({ on: ["failed"] }, ({ set }) => set.postBackup(result("done"))), 0);
  assertEquals(await send({}, ({ set }) => set.postBackup(result("done")), true), 0);
  assertEquals(await send({ on: ["done"] }, ({ set }) => set.onError(error)), 0);
  const both = async ({ set }: Trial): Promise<void> => {
    await set.postBackup(result("failed"));
    await set.onError(error);
  };
  assertEquals(await send({}, both), 1);
  assertEquals(await send({}, ({ set }) => set.onError(error)), 1);
  const last = parsed(server.got.at(-1)?.body);
  assertEquals([last["event"], last["text"]], ["error", "backup: the disk is full\nmake room"]);
});

Deno.test("healthcheck: start, success and failure", async () => {
  await using server = serve();
  const rest = { allow: { net: [server.host] }, options: { url: `${server.url}/uuid` } };
  for (const outcome of ["done", "incomplete", "skipped", "interrupted"] as const) {
    const t = await withPlugin("healthcheck", rest, async ({ set }) => {
      assertEquals(await set.preBackup(), { exclude: [] });
      await set.postBackup(result(outcome));
    });
    assertEquals(t.warnings, []);
  }
  await withPlugin("healthcheck", rest, async ({ set }) => {
    await set.onError({ command: "backup", problem: { code: "failed", message: "no room" } });
  });
  assertEquals(server.got.map((g) => g.path), [
    ...["/uuid/start", "/uuid", "/uuid/start", "/uuid/fail"],
    ...["/uuid/start", "/uuid", "/uuid/start", "/uuid/fail", "/uuid/fail"],
  ]);
  assertMatch(server.got[3]?.body ?? "", /^incomplete \(exit code 3\)\n\/vault: 12 new/);
  assertEquals(server.got.at(-1)?.body, "backup: no room");
  await withPlugin("healthcheck", rest, async ({ set }) => {
    await set.preBackup();
    await set.postBackup(result());
  }, { dryRun: true });
  assertEquals(server.got.length, 9, "a dry run pings nobody");
});

Deno.test("healthcheck: a start that cannot be told does not lose the end", async () => {
  await using server = serve([404, 200]);
  const options = { url: server.url, successPath: "/ok", good: ["incomplete"] };
  const rest = { allow: { net: [server.host] }, options };
  const t = await withPlugin("healthcheck", rest, async ({ set }) => {
    await set.preBackup();
    await set.postBackup(result("incomplete"));
  });
  assertEquals(server.got.map((g) => g.path), ["/start", "/ok"]);
  assertMatch(t.logs.join(), /healthcheck warn send to .*: it answered 404/);
  assertEquals(t.warnings, []);
});

Deno.test("shipped: what is wanted and not granted is refused before the run", async () => {
  const refused = async (name: string, options: object, allow: object = {}): Promise<string> => {
    const one = entry(`hikae:${name}`, { options: options as PluginEntry["options"], allow });
    const error = await assertRejects(() => trial([one]), HikaeError);
    assertEquals(error.id, "plugin_refused");
    return `${error.message} ${error.hint}`;
  };
  const url = "https://h.example/x";
  assertMatch(await refused("webhook", { url }), /"net": \["h\.example:443"\]/);
  assertMatch(
    await refused("healthcheck", { url }, { net: ["h.exampl"] }),
    /needs net h\.example:443/,
  );
  const env = { urlEnv: "U", tokenEnv: "T", host: "h.example" };
  assertMatch(await refused("webhook", env, { net: ["h.example"] }), /"env": \["U", "T"\]/);
  assertMatch(await refused("desktop_notify", {}), /"run": \[/);
  assertMatch(await refused("replicate", { remote: "a:b" }), /"run": \["rclone"\]/);
  assertMatch(await refused("replicate", { rclone: "/opt/rclone" }, { run: ["rclone"] }), /opt/);
  assertMatch(await refused("ransom_guard", {}, { read: ["{source}"] }), /needs read \{vaults\},/);
  assertMatch(
    await refused("ransom_guard", { content: false, canaries: ["x"] }),
    /"\{source\}", "\{vaults\}"/,
  );
  assertMatch(await refused("skip_rules", { cacheDirs: "check" }), /"read": \["\{source\}"\]/);
  assertMatch(await refused("snapshot_source", {}), /"run": \[/);
  const ok = ["h.example", "h.example:443"];
  for (const net of ok) {
    await withPlugin("webhook", { allow: { net: [net] }, options: { url } }, async () => {});
  }
});

Deno.test("shipped: each describes itself, wants nothing of another kind than it says", async () => {
  for (const name of SHIPPED) {
    const allow = { run: true, env: true, read: true } as const;
    await withPlugin(name, { allow }, ({ set }) => {
      const [info] = set.infos;
      assertEquals(info?.name, name);
      assert(info?.version !== undefined && info.description !== undefined);
      assert(Object.keys(info.options).length > 0 && info.hooks.length > 0);
      return Promise.resolve();
    });
  }
});

Deno.test("desktop_notify: the program of each system; no text becomes code", () => {
  const [title, text] = ["Backup of a'b", '$(touch x) <b> & "q"'];
  const linux = notification("linux", title, text);
  assertEquals(linux.program, "notify-send");
  assertEquals(linux.args.slice(1), ["--", title, '$(touch x) &lt;b&gt; &amp; "q"']);
  const mac = notification("darwin", title, text);
  assertEquals([mac.program, ...mac.args.slice(-2)], ["osascript", title, text]);
  assertFalse(mac.args.slice(0, -2).join().includes("touch"));
  const windows = notification("windows", title, text);
  assertEquals(windows.program, "powershell");
  assertEquals(windows.env, { HIKAE_TITLE: title, HIKAE_TEXT: text });
  assertFalse(windows.args.join().includes("touch"));
});

Deno.test({
  name: "desktop_notify: shows what did not go well, once",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    using programs = new StandIns();
    programs.add("notify-send");
    const env = ["DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"];
    const rest = { allow: { run: ["notify-send"], env } };
    const problems = [{ code: "EACCES", message: "no <b>", path: "p" }];
    const error = { command: "backup", problem: { code: "failed", message: "broken" } };
    const t = await withPlugin("desktop_notify", rest, async ({ set }) => {
      await set.postBackup(result("done"));
      await set.postBackup(result("incomplete", { problems }));
      await set.onError(error);
    });
    assertEquals(t.warnings, []);
    assertEquals(programs.calls(), [
      "notify-send [--app-name=hikae] [--] [Backup of documents: incomplete] " +
      "[15 files copied, 1 problems: p no &lt;b&gt;]",
    ]);
    programs.add("notify-send", "echo cannot open display >&2; exit 1");
    const failed = await withPlugin("desktop_notify", rest, ({ set }) => set.onError(error));
    assertMatch(failed.warnings.join(), /notify-send ended with 1: cannot open display/);
  },
});
