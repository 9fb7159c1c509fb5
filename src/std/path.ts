/** The typed door to `@std/path` (docs/dependencies.md). @module */
// @ts-types="./path.d.ts"
export * from "deno-std/path/mod.js";
