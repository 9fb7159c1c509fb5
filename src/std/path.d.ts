/** Types of the parts of `@std/path` that hikae uses. */
export interface ParsedPath {
  root: string;
  dir: string;
  base: string;
  ext: string;
  name: string;
}
export declare const SEPARATOR: "/" | "\\";
export declare function basename(path: string | URL, suffix?: string): string;
export declare function dirname(path: string | URL): string;
export declare function extname(path: string | URL): string;
export declare function fromFileUrl(url: string | URL): string;
export declare function toFileUrl(path: string): URL;
export declare function isAbsolute(path: string): boolean;
export declare function join(path?: string | URL, ...paths: string[]): string;
export declare function normalize(path: string | URL): string;
export declare function parse(path: string): ParsedPath;
export declare function relative(from: string, to: string): string;
export declare function resolve(...segments: string[]): string;
export interface GlobOptions {
  extended?: boolean;
  globstar?: boolean;
  os?: "windows" | "linux" | "darwin";
  caseInsensitive?: boolean;
}
export declare function globToRegExp(glob: string, options?: GlobOptions): RegExp;
export declare function isGlob(str: string): boolean;
