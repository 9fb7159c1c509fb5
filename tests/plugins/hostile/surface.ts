/** Reaches for what else a runtime has: native code, servers, links, watchers, the module's own doors, stack traces. */
import { all, attempt, type Run, urlOf } from "./deed.ts";
import type { Host } from "../../../src/plugins/api.ts";

export default {
  name: "surface",
  preBackup(run: Run, host: Host): Promise<undefined> {
    const { secret } = run.options;
    const file = urlOf(run, "secret.txt");
    const some = (value: unknown): unknown => {
      if (value === undefined || value === null) throw new Error("not there");
      return value;
    };
    // a type that this runtime has and the check does not know is what is tried here
    const withType = (type: string): Promise<unknown> =>
      import(file, { with: { type } }).then((m) => m.default);
    return attempt(host, {
      dlopen: () => all.Deno.dlopen("libc.so.6", {}),
      pointer: () => some(all.Deno.UnsafePointer ?? all.Deno.UnsafeCallback),
      addon: () => all.process.dlopen({ exports: {} }, `${secret}/x.node`),
      symlink: () => Deno.symlinkSync(`${secret}/secret.txt`, `${secret}/link`),
      link: () => Deno.linkSync(`${secret}/secret.txt`, `${secret}/link`),
      readLink: () => Deno.readLinkSync("/proc/self/exe"),
      watch: () => all.Deno.watchFs(secret),
      tempDir: () => Deno.makeTempDirSync(),
      tempFile: () => Deno.makeTempFileSync({ dir: secret }),
      umask: () => all.Deno.umask(0),
      descriptor: () =>
        new all.Deno.FsFile(1, Symbol.for("Deno.internal.FsFile")).writeSync(new Uint8Array(1)),
      internal: () => some(all.Deno[all.Deno.internal] ?? all.Deno[Symbol.for("Deno.internal")]),
      internalSymbol: () =>
        some(
          Object.getOwnPropertySymbols(all).map((key) => all[key])
            .find((value) => typeof value?.core === "object" || typeof value?.ops === "object"),
        ),
      bootstrap: () => some(all.__bootstrap ?? all.bootstrap),
      httpClient: () => all.Deno.createHttpClient({ proxy: { url: run.options.denied } }),
      quic: () => all.Deno.connectQuic({ hostname: "127.0.0.1", port: 9 }),
      unix: () => all.Deno.connect({ transport: "unix", path: "/run/systemd/notify" }),
      socketStream: () => new all.WebSocketStream(run.options.denied.replace("http", "ws")).opened,
      eventSource: () => new all.EventSource(run.options.denied),
      cron: () => all.Deno.cron("x", "* * * * *", () => {}),
      bundle: () => all.Deno.bundle({ entrypoints: [file] }),
      test: () => all.Deno.test("x", () => {}),
      main: () => some(all.Deno.mainModule ?? all.Deno.execPath?.()),
      serveDefault: () => some(all.Deno.serve ?? all.Deno.upgradeWebSocket),
      gpu: () => all.navigator.gpu.requestAdapter(),
      resolve: () =>
        import.meta.resolve(file) && fetch(import.meta.resolve(file)).then((r) => r.text()),
      resolved: () => import(import.meta.resolve(file), { with: { type: "text" } }),
      bytes: () => withType("bytes"),
      url: () => withType("url"),
      css: () => withType("css"),
      empty: () => withType(""),
      json5: () => withType("json5"),
      upper: () => withType("TEXT"),
      getterType: () => {
        let asked = 0;
        return import(file, {
          with: {
            get type() {
              return asked++ === 0 ? "json" : "text";
            },
          },
        });
      },
      proxyType: () => import(file, new Proxy({}, { get: () => ({ type: "text" }) })),
      turningUrl: () => {
        let asked = 0;
        const turning = { toString: () => asked++ === 0 ? import.meta.url : file };
        const text = import(turning as unknown as string, { with: { type: "text" } });
        return text.then((m) =>
          some(m.default === "" || m.default.includes("Reaches") ? undefined : m.default)
        );
      },
      sourceMap: () =>
        // deno-lint-ignore no-eval
        eval(`throw new Error("x")\n//# sourceMappingURL=${file}`),
      stackTrace: () => {
        Object.defineProperty(Error, "prepareStackTrace", {
          value: (_e: Error, sites: unknown) => sites,
        });
      },
      stackSites: () => {
        Reflect.set(Error, "prepareStackTrace", (_e: Error, sites: unknown) => sites);
        const sites = new Error("x").stack as unknown as { getFunction?(): unknown }[];
        return some(
          typeof sites === "string" ? undefined : sites.map((site) => site.getFunction?.()),
        );
      },
      caller: () => some((attempt as unknown as { caller: unknown }).caller),
      wasmImport: () => import("data:application/wasm;base64,AGFzbQEAAAA="),
      wasmCompile: () => all.WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])),
      close: () => some(all.close ?? all.self.close),
      reportError: () => some(all.reportError),
      exitCode: () => {
        all.Deno.exitCode = 7;
      },
    });
  },
};
