// @ts-types="./ssh2.d.ts"
import library from "ssh2";

/** The package is a CommonJS module. Loading it takes 16 ms: only what connects imports this, and only when it does. */
export const ssh2 = library;
