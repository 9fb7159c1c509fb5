/** Throws, in several ways. */
import type { Run } from "./deed.ts";

export default {
  name: "throws",
  async preBackup(run: Run): Promise<unknown> {
    switch (run.options.kind) {
      case "null":
        throw null;
      case "proxy":
        throw new Proxy({}, {
          get: () => {
            throw new Error("no");
          },
        });
      case "getter":
        return {
          get skip(): string {
            throw new Error("from a getter");
          },
        };
      case "cycle": {
        const cycle: Record<string, unknown> = {};
        cycle["exclude"] = cycle;
        return cycle;
      }
      case "later":
        setTimeout(() => {
          throw new Error("from a timer");
        }, 0);
        void Promise.reject(new Error("nobody catches this"));
        await new Promise((go) => setTimeout(go, 20));
        return { exclude: ["still-there"] };
      default:
        throw new Error("\u001b[31mred\u0007");
    }
  },
};
