/** Pictures for the docs. @module */

/** Makes a picture smaller in place, where pngquant is installed. */
export async function smaller(file: string): Promise<void> {
  const args = [
    "--force",
    "--skip-if-larger",
    "--strip",
    "--speed",
    "1",
    "--output",
    file,
    "32",
    file,
  ];
  try {
    await new Deno.Command("pngquant", { args }).output();
  } catch {
    // it stays as it is
  }
}
