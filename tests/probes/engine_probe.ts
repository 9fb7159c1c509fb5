/** Runs inside a worker with an engine's permissions and tries what an engine must not be able to do. */

import { spawnSync } from "node:child_process";
import { linkSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import process from "node:process";
import { DatabaseSync } from "node:sqlite";

/** What the probe is told: real paths. */
export interface ProbePlaces {
  source: string;
  vault: string;
  beside: string;
  port: number;
}

/** Attempt → "done", or the name of the error that stopped it. */
export type ProbeAnswer = Record<string, string>;

type Attempts = Record<string, () => unknown>;

function allowed({ source, vault }: ProbePlaces): Attempts {
  return {
    "read a file of the source": () => Deno.readTextFileSync(`${source}/file`),
    "list the source": () => [...Deno.readDirSync(source)],
    "look at the source": () => Deno.lstatSync(source),
    "write a file of the vault": () => Deno.writeTextFileSync(`${vault}/mine`, "x"),
    "rename in the vault": () => Deno.renameSync(`${vault}/mine`, `${vault}/$OLD@mine`),
    "open a catalog in the vault": () => new DatabaseSync(`${vault}/catalog.db`).close(),
  };
}

function writesToSource({ source, vault }: ProbePlaces): Attempts {
  const file = `${source}/file`;
  return {
    "overwrite a file": () => Deno.writeTextFileSync(file, "lost"),
    "make a file": () => Deno.writeTextFileSync(`${source}/new`, "x"),
    "open to append": () => Deno.openSync(file, { append: true }).close(),
    "truncate": () => Deno.truncateSync(file, 0),
    "remove": () => Deno.removeSync(file),
    "rename": () => Deno.renameSync(file, `${source}/other`),
    "move into the vault": () => Deno.renameSync(file, `${vault}/taken`),
    "move out of the vault": () => Deno.renameSync(`${vault}/$OLD@mine`, `${source}/planted`),
    "hard-link into the vault": () => linkSync(file, `${vault}/linked`),
    "copy over": () => Deno.copyFileSync(`${vault}/$OLD@mine`, file),
    "make a directory": () => Deno.mkdirSync(`${source}/dir`),
    "change its mode": () => Deno.chmodSync(file, 0o777),
    "change its times": () => Deno.utimeSync(file, 1, 1),
    "change its owner": () => Deno.chownSync(file, 1, 1),
    "write by node:fs": () => writeFileSync(file, "lost"),
    "write by a detour": () => Deno.writeTextFileSync(`${vault}/../source/file`, "lost"),
    "make a database": () => new DatabaseSync(`${source}/x.db`).close(),
    "make a temporary file": () => Deno.makeTempFileSync({ dir: source }),
  };
}

function looksBeside({ source, vault, beside }: ProbePlaces): Attempts {
  return {
    "read": () => Deno.readTextFileSync(`${beside}/secret`),
    "read by node:fs": () => readFileSync(`${beside}/secret`),
    "read by a detour": () => Deno.readTextFileSync(`${source}/../beside/secret`),
    "list": () => [...Deno.readDirSync(beside)],
    "stat": () => Deno.statSync(`${beside}/secret`),
    "read a link": () => Deno.readLinkSync(`${beside}/link`),
    "resolve": () => Deno.realPathSync(`${beside}/secret`),
    "a name that begins like the source's": () => Deno.readTextFileSync(`${source}-too/secret`),
    "open as a database": () => new DatabaseSync(`${beside}/secret.db`, { readOnly: true }).close(),
    "attach as a database": () => {
      const db = new DatabaseSync(`${vault}/catalog.db`);
      try {
        db.exec(`ATTACH '${beside}/secret.db' AS s`);
      } finally {
        db.close();
      }
    },
    "import as text": () => import(`file://${beside}/secret`, { with: { type: "text" } }),
    "write": () => Deno.writeTextFileSync(`${beside}/new`, "x"),
    "link out of the vault": () => symlinkSync(beside, `${vault}/out`),
    "fetch a file": () => fetch(`file://${beside}/secret`),
  };
}

function reachesOut({ port }: ProbePlaces): Attempts {
  return {
    "connect": () => Deno.connect({ hostname: "127.0.0.1", port }),
    "listen": () => Deno.listen({ port: 0 }).close(),
    "fetch": () => fetch(`http://127.0.0.1:${port}/`),
    "look a name up": () => Deno.resolveDns("localhost", "A"),
    "open a socket of the system": () => Deno.connect({ transport: "unix", path: "/tmp/socket" }),
    "import from the net": () => import(`http://127.0.0.1:${port}/x.ts`),
  };
}

/** A program that is there. */
const PROGRAM = Deno.build.os === "windows" ? "hostname" : "true";

function asksTheSystem(): Attempts {
  return {
    "read a variable": () => Deno.env.get("HOME"),
    "read all variables": () => Deno.env.toObject(),
    "set a variable": () => Deno.env.set("X", "1"),
    "read a variable by node": () => {
      if (process.env.HOME === undefined) throw new Deno.errors.NotCapable("hidden");
    },
    "start a program": () => new Deno.Command(PROGRAM).outputSync(),
    "start a program by node": () => {
      const { error } = spawnSync(PROGRAM);
      if (error !== undefined) throw error;
    },
    "load a library": () => Deno.dlopen("libc.so.6", {}),
    "ask for the host's name": () => Deno.hostname(),
    "ask for more": () => {
      const { state } = Deno.permissions.requestSync({ name: "write" });
      if (state !== "granted") throw new Deno.errors.NotCapable(state);
    },
    "start a worker that may more": () => {
      const url = "data:application/javascript,";
      new Worker(url, { type: "module", deno: { permissions: { write: true } } }).terminate();
    },
  };
}

async function tryAll(attempts: Attempts): Promise<ProbeAnswer> {
  const answer: ProbeAnswer = {};
  for (const [name, attempt] of Object.entries(attempts)) {
    try {
      await attempt();
      answer[name] = "done";
    } catch (error) {
      answer[name] = error instanceof Error ? error.name : String(error);
    }
  }
  return answer;
}

const KINDS: Readonly<Record<string, (places: ProbePlaces) => Attempts>> = {
  allowed,
  writesToSource,
  looksBeside,
  reachesOut,
  asksTheSystem,
};

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<ProbePlaces>) => void) | null;
  postMessage(answers: Record<string, ProbeAnswer>): void;
};

scope.onmessage = async ({ data }): Promise<void> => {
  const answers: Record<string, ProbeAnswer> = {};
  for (const [kind, attempts] of Object.entries(KINDS)) {
    answers[kind] = await tryAll(attempts(data));
  }
  scope.postMessage(answers);
};
