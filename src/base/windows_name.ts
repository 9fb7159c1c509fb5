/** Which names Windows can hold. Pure: the same on every system. @module */

const RESERVED = /^(con|prn|aux|nul|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])(\.|$)/i;

/** Why Windows cannot hold a name; undefined when it can. */
export function windowsReason(name: string): string | undefined {
  // deno-lint-ignore no-control-regex
  const bad = /[<>:"|?*\\/\u0000-\u001f]/.exec(name);
  if (bad !== null) return `Windows cannot hold a name with ${JSON.stringify(bad[0])}`;
  if (/[. ]$/.test(name)) return "Windows cannot hold a name that ends in a dot or a space";
  return RESERVED.test(name) ? "the name is reserved by Windows" : undefined;
}
