/** Japanese. @module */
export const JA = {} as const;
