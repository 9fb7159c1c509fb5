/** Reads a file by a static import as code. */
import { secret } from "../secret/secret.ts";

export default { name: `static-code ${secret}` };
