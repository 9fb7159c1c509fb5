/** The program: `deno task hikae ARGS`, or the compiled binary. @module */

// what looks into a vault for the page is one process of many, and none of them has the rest of the program in it
Deno.exit(
  Deno.args[0] === "__look"
    ? await (await import("./src/cli/serve/look_child.ts")).lookChild()
    : await (await import("./src/cli/main.ts")).main(Deno.args),
);
