/** The plugin `hikae:mail` as it runs after backups of the real program, against a mail server on this machine. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { makeTree, run, type RunResult, type TempDir, tempDir } from "../helpers/cli_helper.ts";
import { type CameMail, certificates, HAS_OPENSSL, MailDouble } from "./mail_double.ts";

const DAY = 86_400_000;

/** An entry of `hikae:mail` for a server, with what it wants granted. */
function entryFor(
  port: number,
  ca: string,
  options: Record<string, unknown> = {},
): Record<string, unknown> {
  const files = [ca, options.report].filter((file) => file !== undefined);
  return {
    path: "hikae:mail",
    allow: { net: [`localhost:${port}`], env: ["HIKAE_TEST_MAIL"], read: files },
    options: {
      host: "localhost",
      port,
      ca,
      user: "me",
      passwordEnv: "HIKAE_TEST_MAIL",
      from: "me@example.com",
      to: ["a@example.com", "b@example.com"],
      ...options,
    },
  };
}

function backup(dir: TempDir, job: string, password = "right"): Promise<RunResult> {
  const env = { HIKAE_TEST_MAIL: password, HIKAE_STATE_DIR: dir.at("state") };
  return run(["backup", job, "--config", dir.at("hikae.jsonc")], { env, cwd: dir.path });
}

function subjectOf(mail: CameMail | undefined): string {
  return mail?.headers.find((line) => line.startsWith("Subject: ")) ?? "";
}

/** The file in which the plugin keeps its week at home. */
function weekFile(state: string): string {
  const plugins = join(state, "plugins");
  const [owner] = [...Deno.readDirSync(plugins)];
  return join(plugins, owner?.name ?? "", "week.json");
}

/** Has the week have begun eight days ago. */
function age(state: string): void {
  const file = weekFile(state);
  const week = JSON.parse(Deno.readTextFileSync(file)) as { since: number; runs: unknown[] };
  assert(Math.abs(Date.now() - week.since) < DAY, "the week began with the first run");
  Deno.writeTextFileSync(file, JSON.stringify({ ...week, since: week.since - 8 * DAY }));
}

Deno.test({
  name:
    "mail: a week of runs is one mail with the report, a stopped run one of its own, kept at home in between",
  ignore: !HAS_OPENSSL,
  fn: async () => {
    using dir = tempDir();
    const certs = await certificates(dir.path);
    await using server = await MailDouble.start(certs, { tls: "tls" });
    makeTree(dir.path, { src: { "a.txt": "1" }, "report.html": "<p>控え</p>" });
    const report = dir.at("report.html");
    const options = { tls: "tls", digest: "weekly", report };
    const plugins = [entryFor(server.port, dir.at("ca.pem"), options)];
    const jobs = { docs: { source: "src", vaults: ["vault"], plugins } };
    makeTree(dir.path, { "hikae.jsonc": JSON.stringify({ jobs }) });

    const first = await backup(dir, "docs");
    assertEquals([first.code, server.mails().length], [0, 0], first.stderr);

    Deno.removeSync(dir.at("src/a.txt"));
    const stopped = await backup(dir, "docs");
    assertEquals([stopped.code, server.mails().length], [4, 1], stopped.stderr);
    const [held] = server.mails();
    assertMatch(subjectOf(held), /^Subject: hikae docs: \d{4}-\d\d-\d\d \d\d:\d\d held$/);
    assertEquals(held?.to, ["a@example.com", "b@example.com"]);
    assertStringIncludes(held?.parts[0]?.text ?? "", "the source is empty");

    age(dir.at("state"));
    makeTree(dir.path, { src: { "a.txt": "1", "b.txt": "2" } });
    const third = await backup(dir, "docs");
    assertEquals([third.code, server.mails().length], [0, 2], third.stderr);
    const week = server.mails()[1];
    assertMatch(subjectOf(week), /^Subject: hikae docs: .* week: 3 runs, 1 not done$/);
    const [text, runs, page] = week?.parts ?? [];
    assertMatch(text?.text ?? "", /since \d{4}-.*3 runs, 1 not done/);
    assertStringIncludes(runs?.head ?? "", 'filename="hikae-docs-week.txt"');
    assertEquals(runs?.text.match(/(?<= {2})(done|held)(?= {2})/g), ["done", "held", "done"]);
    assertStringIncludes(runs?.text ?? "", "1 new, 0 changed, 0 deleted");
    assertStringIncludes(page?.head ?? "", "text/html");
    assertEquals(page?.text, "<p>控え</p>");

    const fourth = await backup(dir, "docs");
    assertEquals([fourth.code, server.mails().length], [0, 2], fourth.stderr);
    const kept = JSON.parse(Deno.readTextFileSync(weekFile(dir.at("state"))));
    assertEquals(kept.runs.length, 1, "the next week begins after the mail");
  },
});

Deno.test({
  name:
    "mail: a wrong certificate, a refused login and a server that hangs are told, and stop neither run nor other mails",
  ignore: !HAS_OPENSSL || Deno.build.os === "windows",
  fn: async () => {
    using dir = tempDir();
    const certs = await certificates(dir.path);
    await using strange = await MailDouble.start(certs, { tls: "tls" });
    await using hangs = await MailDouble.start(certs, { tls: "tls", hangs: true });
    await using server = await MailDouble.start(certs, { tls: "starttls" });
    makeTree(dir.path, { src: { "a.txt": "1" } });
    // a name that cannot be read, and so is told, with the line of a header in it
    const touch = `touch "$(printf 'src/b\\r\\nBcc: x@y.z\\377')"`;
    new Deno.Command("sh", { args: ["-c", touch], cwd: dir.path }).outputSync();
    const ca = dir.at("ca.pem");
    const plugins = [
      // trusts what the runtime trusts, which this authority is not of
      { ...entryFor(strange.port, ca, { tls: "tls", ca: undefined }) },
      entryFor(server.port, ca, { user: "somebody" }),
      { ...entryFor(hangs.port, ca, { tls: "tls" }), timeout: "2s" },
      entryFor(server.port, ca),
    ];
    const jobs = { docs: { source: "src", vaults: ["vault"], plugins } };
    makeTree(dir.path, { "hikae.jsonc": JSON.stringify({ jobs }) });
    const done = await backup(dir, "docs");
    const said = done.stdout + done.stderr;
    assertEquals(done.code, 3, said);
    assertStringIncludes(said, "certificate");
    assertStringIncludes(said, "the login: 535");
    assertMatch(said, /3 plugins failed/);
    for (const secret of ["right", btoa("\0somebody\0right")]) assert(!said.includes(secret), said);
    assertEquals(strange.got, [], "nothing was said to a server that nobody knows");
    const mails = server.mails();
    assertEquals(mails.length, 1);
    assertEquals(mails[0]?.headers.filter((line) => /^bcc/i.test(line)), []);
    assertEquals(server.got.filter((line) => /^bcc/i.test(line)), []);
    assertStringIncludes(mails[0]?.parts[0]?.text ?? "", "1 error");
    assertMatch(subjectOf(mails[0]), /^Subject: hikae docs: .* incomplete$/);
    assertStringIncludes(mails[0]?.parts[0]?.text ?? "", "1 new, 0 changed, 0 deleted");
    assertStringIncludes(
      mails[0]?.parts[0]?.text ?? "",
      "b Bcc: x@y.z\ufffd: the name is not valid",
    );
    assert(server.clear.every((line) => /^(EHLO hikae|STARTTLS)$/.test(line)), `${server.clear}`);
  },
});
