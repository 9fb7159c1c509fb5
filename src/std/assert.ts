/** The typed door to `@std/assert` (docs/dependencies.md). @module */
// @ts-types="./assert.d.ts"
export * from "deno-std/assert/mod.js";
