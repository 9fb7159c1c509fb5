/** Has no default export. */
export const name = "no-plugin";
