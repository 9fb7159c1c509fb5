/** Modules that not every call needs. @module */

/**
 * Loads a module by its address (a `URL` by this module's own). Whatever a dynamic import names in plain letters Deno reads
 * before a thread begins, with all that it imports, whether it is ever needed; by its address it is read when it is asked
 * for. So the caller still has the right to read hikae's own files; a compiled program has every file that is named so.
 */
export async function loadModule<T>(address: URL): Promise<T> {
  const module: T = await import(address.href);
  return module;
}
