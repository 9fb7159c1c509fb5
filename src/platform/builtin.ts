/** Modules of `node:` that are loaded when they are first needed: an import costs every thread 5 to 10 ms. @module */

/** The module of that name. */
export function builtin<M>(name: string): M {
  // an import of node:process would load what this is there to put off
  // deno-lint-ignore no-process-global
  return process.getBuiltinModule(name) as M;
}
