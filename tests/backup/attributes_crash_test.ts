/** Attributes through a `delete` that is killed at any step: what lives on keeps its own, and nothing counts as damaged. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { AskAttributes, AttributeSet } from "../../src/base/attributes.ts";
import { utf8 } from "../../src/base/bytes.ts";
import type { Message } from "../../src/base/event.ts";
import type { FileSystem } from "../../src/base/fs.ts";
import type { Stamp } from "../../src/base/stamp.ts";
import { backup } from "../../src/engine/backup/backup.ts";
import { deleteSnapshots } from "../../src/engine/maintain/prune.ts";
import { verify } from "../../src/engine/verify/verify.ts";
import type { EnginePorts } from "../../src/engine/ports.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { Killed, stepping } from "../../src/platform/doubles/stepping.ts";
import { tapFs } from "../../src/platform/doubles/tap.ts";
import { makeTree, names, tempDir } from "../helpers/cli_helper.ts";
import { backupRequest, enginePorts } from "../helpers/engine_helper.ts";
import { dropIndex } from "../helpers/index_helper.ts";
import { restoreHere } from "../helpers/restore_helper.ts";

/** Programs that tell of `user.x` of the entries of a tree. */
function telling(values: Readonly<Record<string, string>>): AskAttributes {
  let dump = "";
  return (call) => {
    if (call.do === "read") {
      for (const path of call.paths) {
        const value = values[path];
        if (value !== undefined) dump += `# file: ${path}\nuser.x=0s${btoa(value)}\n\n`;
      }
    }
    return Promise.resolve(call.do === "readEnd" ? { bytes: utf8(dump) } : {});
  };
}

class World {
  hour = 1;
  readonly source: string;
  readonly vault: string;

  constructor(readonly path: string) {
    this.source = join(path, "s");
    this.vault = join(path, "v");
  }

  ports(fs: FileSystem = denoFs, messages: Message[] = []): EnginePorts {
    const now = Date.now() + this.hour * 3_600_000;
    return { ...enginePorts(messages, fs), clock: { now: () => now } };
  }

  async backup(values: Readonly<Record<string, string>>): Promise<Stamp> {
    this.hour++;
    const ports = { ...this.ports(), attributes: telling(values) };
    const request = backupRequest(this.source, [this.vault], { attributes: true });
    const [done] = await backup(ports, request);
    assertEquals(done?.failed, undefined);
    return done?.stamp as Stamp;
  }

  /** What a restore of the newest snapshot sets. */
  async restored(): Promise<Record<string, AttributeSet>> {
    const set: Record<string, AttributeSet> = {};
    const ask: AskAttributes = (call) => {
      if (call.do === "set") { for (const e of call.entries) set[e.path] = e.attributes; }
      return Promise.resolve({});
    };
    const target = join(this.path, "t");
    const options = { attributes: true };
    const { errors } = await restoreHere(this.vault, target, options, {
      ...this.ports(),
      attributes: ask,
    });
    assertEquals(errors, []);
    Deno.removeSync(target, { recursive: true });
    return set;
  }

  /** Touches entries, as giving them attributes does. */
  touch(...paths: string[]): void {
    for (const path of paths) {
      Deno.chmodSync(join(this.source, path), 0o600);
      Deno.chmodSync(join(this.source, path), 0o644);
    }
  }
}

function copyTree(from: string, to: string): void {
  Deno.mkdirSync(to);
  for (const e of Deno.readDirSync(from)) {
    if (e.isDirectory) copyTree(`${from}/${e.name}`, `${to}/${e.name}`);
    else Deno.copyFileSync(`${from}/${e.name}`, `${to}/${e.name}`);
  }
}

Deno.test({
  name: "attributes: a delete that is killed at any step loses none of what lives on",
  ignore: Deno.build.os === "windows",
  async fn(): Promise<void> {
    using dir = tempDir();
    const w = new World(dir.path);
    makeTree(w.source, { a: "a", b: "b", gone: "g" });
    w.touch("a", "b", "gone");
    await w.backup({ a: "1", b: "1", gone: "1" });
    Deno.removeSync(join(w.source, "gone"));
    // change times have whole seconds
    await new Promise((r) => setTimeout(r, 1100));
    w.touch("a");
    const values = { a: "2", b: "1" };
    const second = await w.backup(values);
    const first = names(join(w.vault, ".$META$", "runs"))[0]?.slice(0, 15) as Stamp;
    Deno.writeTextFileSync(join(w.source, "c"), "c");
    await w.backup(values);
    const wanted = await w.restored();
    assertEquals(wanted, { a: { "user.x": btoa("2") }, b: { "user.x": btoa("1") } });
    copyTree(w.vault, dir.at("copy"));
    for (let at = 0;; at++) {
      Deno.removeSync(w.vault, { recursive: true });
      copyTree(dir.at("copy"), w.vault);
      dropIndex(w.vault);
      const process = stepping(at, at % 2 === 1);
      w.hour = 10;
      const request = {
        root: w.vault,
        given: w.vault,
        dryRun: false,
        askPlugins: false,
        host: "test",
        pid: Deno.pid,
        points: [first, second],
      };
      let killed = false;
      try {
        await deleteSnapshots(w.ports(tapFs(denoFs, process.around)), request);
      } catch (error) {
        killed = process.dead;
        if (!(error instanceof Killed) && !process.dead) throw error;
      }
      assertEquals(await w.restored(), wanted, `killed at ${at}`);
      w.hour = 11;
      await w.backup(values);
      assertEquals(await w.restored(), wanted, `mended after ${at}`);
      const messages: Message[] = [];
      verify(w.ports(denoFs, messages), {
        root: w.vault,
        given: w.vault,
        repair: false,
        host: "test",
        pid: Deno.pid,
        windows: false,
      });
      assertEquals(messages.filter((m) => m.message_type === "error"), [], `verified after ${at}`);
      if (!killed) {
        assert(at > 10);
        return;
      }
    }
  },
});
