/** The path that a person may have meant: letters in another case, accents composed in another way. @module */

import { fold } from "../base/fold_name.ts";
import { joinRel } from "../base/relpath.ts";
import { nearest } from "../base/nearest.ts";
import { text } from "../text/text.ts";
import type { Catalog } from "../vault/catalog.ts";
import { namesIn } from "../vault/history/alive.ts";
import { everIn } from "../vault/history/paths.ts";

/** A path of the vault, now or in the past, that reads like `path`; undefined when none does, or several do. */
export function nearPath(catalog: Catalog, path: string): string | undefined {
  let at = "";
  for (const name of path.split("/")) {
    const near = nearName(catalog, at, name);
    if (near === undefined) return undefined;
    at = joinRel(at, near);
  }
  return at;
}

/** "did you mean …? " in front of a hint, where there is such a path. */
export function didYouMean(catalog: Catalog, path: string, hint: string): string {
  const near = nearPath(catalog, path);
  const meant = near === undefined || near === path
    ? similarPath(catalog, path) ?? innerPath(catalog, path)
    : near;
  return meant === undefined || meant === path ? hint : text("path.near", { near: meant, hint });
}

/** The path without the names above the source that it was typed with: its own, or all that another machine has. */
function innerPath(catalog: Catalog, path: string): string | undefined {
  const names = path.split("/");
  for (let from = 1; from < names.length; from++) {
    const inner = names.slice(from).join("/");
    if (inner !== "" && nearPath(catalog, inner) === inner) return inner;
  }
  return undefined;
}

/** A path that differs by a slip in one name or more; undefined when none is near. */
function similarPath(catalog: Catalog, path: string): string | undefined {
  let at = "";
  for (const name of path.split("/")) {
    const names = everIn(catalog, at);
    // of several that read alike none is nearer
    const alike = names.filter((n) => fold(n) === fold(name));
    const near = names.includes(name) ? name : alike.length > 1 ? undefined : nearest(name, names);
    if (near === undefined) return undefined;
    at = joinRel(at, near);
  }
  return at;
}

function nearName(catalog: Catalog, dir: string, name: string): string | undefined {
  const names = namesIn(catalog, dir);
  if (names.has(name)) return name;
  const wanted = fold(name);
  const alike = [...names].filter(([other]) => fold(other) === wanted);
  const living = alike.filter(([, lives]) => lives);
  const [first, second] = living.length > 0 ? living : alike;
  return first === undefined || second !== undefined ? undefined : first[0];
}
