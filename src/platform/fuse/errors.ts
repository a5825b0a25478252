/** Mounting or unmounting failed; the message says why, as far as the helper did not say so itself on stderr. */
export class FuseError extends Error {}
