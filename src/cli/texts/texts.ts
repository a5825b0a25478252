/** One sentence for each message of a table of messages. */
export type Texts<M> = { readonly [K in keyof M]: M[K] extends readonly unknown[] ? (...data: M[K]) => string : never };

/** The sentence for a message: the table has one for each, which the compiler cannot see through the index. */
export function textOf<M, K extends keyof M>(texts: Texts<M>, message: K, data: M[K]): string {
  const text = texts[message] as unknown as (...data: unknown[]) => string;
  return text(...(data as unknown[]));
}
