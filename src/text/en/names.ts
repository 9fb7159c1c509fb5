/** What is said of names. @module */

/** The texts of this subject. */
export const names = {
  "name.windows-letter": "Windows cannot hold a name with {letter}",
  "name.windows-end": "Windows cannot hold a name that ends in a dot or a space",
  "name.windows-reserved": "the name is reserved by Windows",
  "name.collides": 'the vault cannot keep it apart from "{other}"',
  "name.mark-too-long": "the name with the $ that hikae adds is too long for the vault's disk",
  "name.no-entry": "it is not a name that a file can have",
  "name.odd-letter": "it has a character that no name can have",
} as const;
