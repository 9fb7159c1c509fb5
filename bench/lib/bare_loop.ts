/** `deno run -A --unstable-worker-options bare_loop.ts SOURCE TARGET`: starts the bare loop in its sandbox. @module */

const [source = "", target = ""] = Deno.args;
const above = target.slice(0, target.lastIndexOf("/"));
const worker = new Worker(new URL("./bare_worker.ts", import.meta.url), {
  type: "module",
  deno: { permissions: { read: [source, above], write: [above] } },
});
worker.onmessage = () => Deno.exit(0);
worker.postMessage([source, target]);
