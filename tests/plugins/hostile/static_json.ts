/** Reads a file by a static import as JSON. */
import secret from "../secret/secret.json" with { type: "json" };

export default { name: `static-json ${secret.secret}` };
