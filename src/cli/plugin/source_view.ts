/** Whether a directory that a plugin wants read in the source's place can be a view of it. @module */

/** So many names of a directory are looked at. */
const MOST = 100_000;

/**
 * True when it has the source's names: at least half of the names in the source's root are in the view's, and the other
 * way round. A snapshot of the moment before has all of them; another directory would make every file look deleted,
 * and would be copied where plugins read it. A directory that cannot be listed is no view, and has none.
 */
export function isView(view: string, source: string): boolean {
  const [there, here] = [namesIn(view), namesIn(source)];
  if (there === undefined || here === undefined) return false;
  const shared = [...here].filter((name) => there.has(name)).length;
  return shared * 2 >= here.size && shared * 2 >= there.size;
}

function namesIn(directory: string): Set<string> | undefined {
  try {
    const names = new Set<string>();
    for (const { name } of Deno.readDirSync(directory)) {
      if (names.add(name).size >= MOST) break;
    }
    return names;
  } catch {
    return undefined;
  }
}
