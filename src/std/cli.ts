/** The typed door to `@std/cli` (docs/dependencies.md). @module */
// @ts-types="./cli.d.ts"
export * from "deno-std/cli/parse_args.js";
