/** Goes on after its answer: blocks its thread between the calls. */
import type { Run } from "./deed.ts";

export default {
  name: "background",
  preBackup(_run: Run): undefined {
    setTimeout(() => {
      for (;;);
    }, 1);
  },
  postBackup(): void {},
};
