import { assert, assertEquals, assertRejects } from "@std/assert";
import { HikaeError } from "../../src/base/errors.ts";
import { findFolders, type FolderPorts } from "../../src/cli/config/config_folders.ts";
import {
  type ConfigLoadOptions,
  configPlaces,
  loadConfig,
  platformOf,
} from "../../src/cli/config/config_load.ts";
import { parseConfig } from "../../src/config/parse.ts";
import { pathLiteral, starter } from "../../src/config/starter.ts";
import type { Expansion } from "../../src/config/types.ts";
import { speak } from "../../src/text/speak.ts";

const TEXT = `{"jobs":{"a":{"source":"s","vaults":["v"]}}}`;

function options(
  files: Record<string, string>,
  more: Partial<ConfigLoadOptions> = {},
): ConfigLoadOptions {
  return {
    cwd: "/work",
    env: (name) => ({ HOME: "/home/me" })[name],
    platform: "linux",
    readText: (path) =>
      path in files
        ? Promise.resolve(files[path] ?? "")
        : Promise.reject(Object.assign(new Error("not there"), { code: "ENOENT" })),
    ...more,
  };
}

Deno.test("config: found by --config, then here, then in the config directory", async () => {
  const home = "/home/me/.config/hikae/hikae.jsonc";
  const all = { "/work/x.jsonc": TEXT, "/work/hikae.jsonc": TEXT, [home]: TEXT };
  assertEquals((await loadConfig(options(all, { config: "x.jsonc" })))?.file, "/work/x.jsonc");
  const here = await loadConfig(options(all));
  assertEquals([here?.file, here?.config.jobs["a"]?.source], ["/work/hikae.jsonc", "/work/s"]);
  assertEquals(here?.origins.get("jobs.a.vaults[0]"), { line: 1, column: 38 });
  assertEquals((await loadConfig(options({ [home]: TEXT })))?.file, home);
  assertEquals(await loadConfig(options({})), undefined);
});

Deno.test("config: places of each platform", () => {
  const windows = configPlaces({
    cwd: "D:\\w",
    platform: "windows",
    env: (n) => n === "APPDATA" ? "C:\\Users\\me\\AppData\\Roaming" : undefined,
  });
  assertEquals(windows, [
    "D:\\w\\hikae.jsonc",
    "C:\\Users\\me\\AppData\\Roaming\\hikae\\hikae.jsonc",
  ]);
  const env = (name: string): string | undefined =>
    ({ HOME: "/Users/me", XDG_CONFIG_HOME: "/xdg" })[name];
  assertEquals(configPlaces({ cwd: "/w", platform: "darwin", env }), [
    "/w/hikae.jsonc",
    "/Users/me/Library/Application Support/hikae/hikae.jsonc",
  ]);
  assertEquals(configPlaces({ cwd: "/w", platform: "linux", env })[1], "/xdg/hikae/hikae.jsonc");
  const odd = (name: string): string | undefined => name === "HOME" ? "/h" : "relative";
  const places = configPlaces({ cwd: "/w", platform: "linux", env: odd });
  assertEquals(places[1], "/h/.config/hikae/hikae.jsonc");
  assertEquals(configPlaces({ cwd: "/w", platform: "linux", env: () => undefined }).length, 1);
});

Deno.test("config: one that cannot be read is an error, not skipped", async () => {
  const missing = options({ "/work/hikae.jsonc": TEXT }, { config: "no.jsonc" });
  const error = await assertRejects(() => loadConfig(missing), HikaeError, "does not exist");
  assertEquals(error.exit, 2);
  const denied = options({}, {
    readText: () => Promise.reject(Object.assign(new Error("denied"), { code: "EACCES" })),
  });
  await assertRejects(() => loadConfig(denied), HikaeError, "/work/hikae.jsonc: denied");
});

Deno.test("config: a directory and UTF-16 are told apart from a config", async () => {
  const dir = await Deno.makeTempDir({ prefix: "hikae-config-" });
  try {
    const env = (): undefined => undefined;
    await Deno.writeFile(`${dir}/u16.jsonc`, new Uint8Array([0xff, 0xfe, 0x7b, 0, 0x7d, 0]));
    const read = (config: string): Promise<unknown> =>
      loadConfig({ config, cwd: dir, env, platform: platformOf(Deno.build.os) });
    await assertRejects(() => read("u16.jsonc"), HikaeError, "not UTF-8");
    await assertRejects(() => read("."), HikaeError, "it is a directory");
    await Deno.writeTextFile(`${dir}/bom.jsonc`, "\ufeff" + TEXT);
    assert(await read("bom.jsonc"));
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("config: a start without a config loads neither schema nor parser", async () => {
  const script = `import { loadConfig } from "${new URL(
    "../../src/cli/config/config_load.ts",
    import.meta.url,
  )}";
    await loadConfig({ cwd: "/nowhere", env: () => undefined, platform: "linux" });`;
  const dir = await Deno.makeTempDir({ prefix: "hikae-config-" });
  try {
    await Deno.writeTextFile(`${dir}/start.ts`, script);
    const info = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", "--config", "deno.json", `${dir}/start.ts`],
    }).output();
    const graph = JSON.parse(new TextDecoder().decode(info.stdout)) as {
      roots: string[];
      modules: {
        specifier: string;
        dependencies?: { isDynamic?: boolean; code?: { specifier: string } }[];
      }[];
    };
    const loaded = new Set<string>();
    const visit = (specifier: string): void => {
      if (loaded.has(specifier)) return;
      loaded.add(specifier);
      const module = graph.modules.find((m) => m.specifier === specifier);
      for (const d of module?.dependencies ?? []) {
        if (d.isDynamic !== true && d.code !== undefined) visit(d.code.specifier);
      }
    };
    visit(graph.roots[0] ?? "");
    assert([...loaded].some((s) => s.endsWith("src/cli/config/config_load.ts")));
    assertEquals([...loaded].filter((s) => /zod|jsonc-parser|schema\.ts/.test(s)), []);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

function disk(
  directories: string[],
  texts: Record<string, string> = {},
  links: Record<string, string> = {},
): FolderPorts {
  return {
    isDirectory: (path) => directories.includes(path),
    leadsToDirectory: (path) => directories.includes(path) || path in links,
    names: (path) =>
      directories.filter((d) => d.startsWith(`${path}/`)).map((d) => d.slice(path.length + 1)),
    text: (path) => texts[path] ?? "",
  };
}

const linux: Expansion = { platform: "linux", env: (n) => n === "HOME" ? "/home/me" : undefined };
const windows: Expansion = {
  platform: "windows",
  env: (n) => ({ USERPROFILE: "C:\\Users\\me", OneDrive: "C:\\Users\\me\\OneDrive" })[n],
};

Deno.test("config init: finds folders in the user's language, and a drive", () => {
  const dirs = `# made by xdg\nXDG_DOCUMENTS_DIR="$HOME/ドキュメント"\nXDG_DESKTOP_DIR="$HOME/"\n`;
  const look = disk(
    ["/home/me/ドキュメント", "/home/me/Documents", "/home/me/Pictures", "/media/me/USB"],
    { "/home/me/.config/user-dirs.dirs": dirs },
  );
  assertEquals(findFolders(linux, look), {
    platform: "linux",
    folders: [
      { name: "documents", path: "/home/me/ドキュメント" },
      { name: "pictures", path: "/home/me/Pictures" },
    ],
    vaultRoot: "/media/me/USB",
    external: true,
  });
  const cloud = disk(["C:\\Users\\me\\OneDrive\\Desktop", "C:\\Users\\me\\Desktop", "E:\\"]);
  assertEquals(findFolders(windows, cloud), {
    platform: "windows",
    folders: [{ name: "desktop", path: "C:\\Users\\me\\OneDrive\\Desktop" }],
    vaultRoot: "E:\\",
    external: true,
  });
});

Deno.test("config init: a folder that was moved to another disk is found by its link", () => {
  const moved = findFolders(linux, disk([], {}, { "/home/me/Documents": "/data/Documents" }));
  assertEquals(moved?.folders, [{ name: "documents", path: "/home/me/Documents" }]);
});

Deno.test("config init: with nothing but a home, the vault is where its owner may write", () => {
  const alone = findFolders(linux, disk([]));
  assertEquals(alone?.folders, [{ name: "home", path: "/home/me" }]);
  assertEquals(alone?.vaultRoot, "/home/me");
});

Deno.test("config init: every starter reads back as the folders it was made of, in each language", async () => {
  const folders = [{ name: "documents", path: "C:\\Users\\me\\$x %y% ${z} 写真\\D" }];
  const win = { platform: "windows" as const, folders, vaultRoot: "E:\\", external: true };
  const read = parseConfig(starter(win), { file: "C:\\c\\hikae.jsonc", expand: windows }).config;
  assertEquals(read.jobs["documents"]?.source, folders[0]?.path);
  assertEquals(read.jobs["documents"]?.vaults, ["E:\\hikae-documents"]);
  await speak("ja");
  try {
    const text = starter(win);
    assertEquals(parseConfig(text, { file: "C:\\c\\hikae.jsonc", expand: windows }).config, read);
    const comments = text.match(/^ *\/\/ [^"\n]*$/gm) ?? [];
    assertEquals(comments.filter((line) => /^[\x20-\x7e]*$/.test(line)), []);
  } finally {
    await speak("en");
  }
  assertEquals(pathLiteral("/a$b%c\\d", "linux"), '"/a$$b%%c\\\\d"');
});

Deno.test("config init: the starter is as in its golden file", async () => {
  const text = starter({
    platform: "linux",
    folders: [
      { name: "documents", path: "/home/me/Documents" },
      { name: "pictures", path: "/home/me/Pictures" },
    ],
    vaultRoot: "/home/me",
    external: false,
  });
  const golden = "tests/testdata/config/starter.jsonc";
  if (Deno.env.get("HIKAE_UPDATE_GOLDEN") === "1") await Deno.writeTextFile(golden, text);
  assertEquals(text, await Deno.readTextFile(golden));
  const { config } = parseConfig(text, { file: "/c/hikae.jsonc", expand: linux });
  assertEquals(Object.values(config.jobs).map((j) => [j.name, j.source, ...j.vaults]), [
    ["documents", "/home/me/Documents", "/home/me/hikae-documents"],
    ["pictures", "/home/me/Pictures", "/home/me/hikae-pictures"],
  ]);
});
