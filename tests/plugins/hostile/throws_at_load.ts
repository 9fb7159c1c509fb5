/** Throws while it is loaded. */
throw new Error("at load");
