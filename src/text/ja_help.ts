/** Japanese help. @module */
export const JA_HELP = {} as const;
