/** `config schema`: prints the JSON Schema of the config. @module */

import { jsonSchema } from "../../config/schema.ts";
import type { RunCommand } from "../command.ts";

/** Runs `config schema`. */
export const run: RunCommand = (context) => {
  context.write(new TextEncoder().encode(jsonSchema()));
  return Promise.resolve(0);
};
