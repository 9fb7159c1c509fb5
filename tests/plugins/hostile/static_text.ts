/** Reads a file by a static import as text. */
import secret from "../secret/secret.txt" with { type: "text" };

export default { name: `static-text ${secret}` };
