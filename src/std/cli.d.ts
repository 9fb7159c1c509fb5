/** Types of `parseArgs` of `@std/cli` as hikae uses it. */
export interface ParseOptions {
  boolean?: readonly string[];
  string?: readonly string[];
  collect?: readonly string[];
  alias?: Readonly<Record<string, string>>;
  stopEarly?: boolean;
  "--"?: boolean;
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}
export interface Args {
  _: (string | number)[];
  "--"?: string[];
  [flag: string]: unknown;
}
export declare function parseArgs(args: readonly string[], options?: ParseOptions): Args;
