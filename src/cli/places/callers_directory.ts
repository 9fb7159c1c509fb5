/** Where the caller stood: `deno task` changes the directory to the checkout's, and deno and npm say where it was. @module */

/** The directory that relative paths start from; a binary is started in it. */
export function callersDirectory(): string {
  return Deno.build.standalone ? Deno.cwd() : Deno.env.get("INIT_CWD") || Deno.cwd();
}

/**
 * Goes back to where the caller stood: a program that a job's commands or a plugin start, and a file that is opened by
 * a relative name, must not find the checkout.
 */
export function enterCallersDirectory(): void {
  if (Deno.build.standalone) return;
  try {
    Deno.chdir(callersDirectory());
  } catch {
    // it is gone, or closed to this user: whatever lies in it says so by its own name
  }
}
