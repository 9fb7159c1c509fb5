/** Reads a file by a re-export. */
export * from "../secret/secret.ts";

export default { name: "static-reexport" };
