/**
 * One file per npm import. Deno embeds an npm package whole, with sources, tests and typings that no program
 * loads; a bundle of what is imported is a twentieth of that and the same on every machine.
 * @module
 */

import { run } from "./run.ts";

/** Bundles `specifiers` (as `sources`, texts, write them) into `dir`; gives the file of each, relative to `dir`. */
export async function vendor(
  root: string,
  dir: string,
  specifiers: readonly string[],
  sources: readonly string[],
): Promise<Map<string, string>> {
  const entries = `${dir}/entries`;
  await Deno.mkdir(entries, { recursive: true });
  const files = new Map<string, string>();
  for (const specifier of specifiers) {
    const name = specifier.replace(/\.js$/, "").replaceAll(/[^A-Za-z0-9.]+/g, "_");
    const source = `${entries}/${name}.js`;
    await Deno.writeTextFile(source, reExport(specifier, sources));
    await run(
      "deno",
      ["bundle", "-c", `${root}/deno.json`, "--platform", "deno"].concat(
        ["--format", "esm", "--frozen-lockfile", "-o", `${dir}/${name}.js`, source],
      ),
    );
    await withoutPlaces(`${dir}/${name}.js`);
    files.set(specifier, `${name}.js`);
  }
  await Deno.remove(entries, { recursive: true });
  return files;
}

/** `export *` leaves out the default, so it is said where the sources import it. */
function reExport(specifier: string, sources: readonly string[]): string {
  const name = JSON.stringify(specifier);
  const byDefault = new RegExp(`^import (?!type )\\w+(, .*)? from ${RegExp.escape(name)}`, "m");
  const all = `export * from ${name};\n`;
  // `(await import(…)).default` is the same, later
  const later = `(await import(${name})).default`;
  const used = sources.some((text) => byDefault.test(text) || text.includes(later));
  return used ? `${all}export { default } from ${name};\n` : all;
}

/** A bundle names each module by its place on this machine; the same packages are to give the same bytes anywhere. */
async function withoutPlaces(path: string): Promise<void> {
  const text = await Deno.readTextFile(path);
  await Deno.writeTextFile(
    path,
    text.replaceAll(/(?:\.\.\/)+[^"\s]*?registry\.npmjs\.org\//g, "npm:")
      .replaceAll(/(?:\.\.\/)+[^"\s]*?\/vendor\/entries\//g, "vendor:"),
  );
}
