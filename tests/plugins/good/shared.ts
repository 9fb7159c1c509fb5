/** Another one. */
export const shared = true;
