/** Most bytes that any payload may hold (format reference 8): what claims or turns out to hold more is refused. */
export const MAX_PLAINTEXT = 128 * 1024 * 1024;
