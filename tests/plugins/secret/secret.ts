/** Not a file of any hostile plugin: none may come to read it. */
export const secret: string = "TOP-SECRET-7f3a";
