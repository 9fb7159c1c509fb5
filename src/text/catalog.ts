/**
 * The types of the catalogue of messages: every text for people has an id, and its placeholders are typed.
 * @module
 */

/** A text, or two of them when it counts something: `one` where the placeholder `n` is 1. */
export type MessageText = string | { readonly one: string; readonly other: string };

/** The texts of one subject, by id: `subject.what-it-says`. */
export type Messages = Readonly<Record<string, MessageText>>;

type NamesIn<T extends string> = T extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never;

/** The names of the placeholders of a message: `{path}` is one; a counting message has `n` too. */
export type PlaceholdersOf<M extends MessageText> = M extends string ? NamesIn<M>
  : M extends { readonly one: infer One extends string; readonly other: infer Other extends string }
    ? "n" | NamesIn<One> | NamesIn<Other>
  : never;

/** What fills a placeholder. Numbers are grouped by thousands; what is to stay as it is comes as a string. */
export type Filling = string | number;
