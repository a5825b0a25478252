/** Something of a repository that becomes a file of its own. */
export interface Dump {
  readonly name: string;
  readonly data: Uint8Array;
}
