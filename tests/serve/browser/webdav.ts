/** WebDAV before real clients: rclone, which file managers' users script with, and cadaver, which is neon's. */

import { assert, assertEquals } from "@std/assert";
import { run } from "../../helpers/cli_helper.ts";
import { hasWebDav, world } from "./world.ts";

/** Files of a tree by name: size and time, in seconds. */
function listed(root: string): Map<string, string> {
  const found = new Map<string, string>();
  const walk = (dir: string): void => {
    for (const { name, isDirectory } of Deno.readDirSync(`${root}${dir}`)) {
      const path = `${dir}/${name}`;
      if (isDirectory) walk(path);
      else {
        const { size, mtime } = Deno.statSync(root + path);
        found.set(path, `${size} ${Math.floor((mtime?.getTime() ?? 0) / 1000)}`);
      }
    }
  };
  walk("");
  return found;
}

function clientTest(program: string, name: string, fn: () => Promise<void>): void {
  Deno.test({
    name: `WebDAV: ${name}`,
    ignore: !hasWebDav(program),
    fn,
    sanitizeOps: false,
    sanitizeResources: false,
  });
}

/** The address that the page shows. */
async function address(): Promise<string> {
  const { entered } = await world();
  const page = await (await entered.visit("/v/0/")).text();
  const found = /http:\/\/[^<]*\/dav\//.exec(page)?.[0];
  assert(found !== undefined, "the page shows the address");
  return found;
}

clientTest(
  "rclone",
  "a copy of a past tree by rclone is what restore --at gives: names, times, sizes, bytes",
  async () => {
    const { dir, first } = await world();
    const { success, stderr } = await new Deno.Command("rclone", {
      args: [
        "copy",
        `:webdav:/${first}/`,
        dir.at("copied"),
        "--webdav-url",
        await address(),
        "--transfers",
        "8",
        // names as they are: rclone's own encoding is for backends that take fewer
        "--local-encoding",
        "None",
        "--webdav-encoding",
        "None",
        "--exclude",
        "/wide/file 00[1-9]*",
      ],
      env: { RCLONE_CONFIG: dir.at("none.conf") },
      stdout: "null",
      stderr: "piped",
    }).output();
    assert(success, new TextDecoder().decode(stderr));
    const back = await run(["restore", dir.at("vault"), "--at", first, "--to", dir.at("whole")]);
    assertEquals(back.code, 0, back.stderr);
    const [copied, whole] = [listed(dir.at("copied")), listed(dir.at("whole"))];
    for (const path of [...whole.keys()]) {
      if (path.startsWith("/wide/file 00") && !path.startsWith("/wide/file 000")) {
        whole.delete(
          path,
        );
      }
    }
    assertEquals([...copied].sort(), [...whole].sort());
    const { stdout } = await new Deno.Command("diff", {
      args: ["-rq", dir.at("copied"), dir.at("whole")],
    }).output();
    const differ = new TextDecoder().decode(stdout).split("\n").filter((l) =>
      !l.startsWith("Only in") && l !== ""
    );
    assertEquals(differ, []);
  },
);

clientTest(
  "cadaver",
  "cadaver lists, goes down, gets a file, and is told that nothing can be changed",
  async () => {
    const { dir, first } = await world();
    const child = new Deno.Command("cadaver", {
      args: [`${await address()}${first}/`],
      cwd: dir.path,
      env: { HOME: dir.path },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const commands = [
      "ls",
      "cd notes",
      "ls",
      "get todo.txt got.txt",
      "put got.txt",
      "mkcol x",
      "delete todo.txt",
      "quit",
    ];
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(commands.join("\n") + "\n"));
    await writer.close();
    const { stdout, stderr } = await child.output();
    const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    assert(said.includes("Coll:   notes") && said.includes("gone.txt"), said);
    assertEquals(Deno.readTextFileSync(dir.at("got.txt")), "buy milk\n", said);
    assertEquals(said.match(/405 Method Not Allowed/g)?.length, 3, said);
  },
);
