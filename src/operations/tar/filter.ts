import { bzip2 } from "../../compression/streams/bzip2.ts";
import { gzip } from "../../compression/streams/gzip.ts";
import type { StreamCodec } from "../../compression/streams/codec.ts";
import { lz4Frame } from "../../compression/streams/lz4_frame.ts";
import { xz } from "../../compression/streams/xz.ts";
import { zstd } from "../../compression/streams/zstd.ts";
import { splitWords } from "../../encoding/shlex.ts";
import { BorgError } from "../../errors.ts";

/** What a tar file goes through on its way out or in. */
export type Filter =
  | { readonly kind: "none" }
  | { readonly kind: "codec"; readonly codec: StreamCodec }
  | { readonly kind: "program"; readonly name: string; readonly words: readonly string[] };

/** A filter program could not be started, or failed. */
export class FilterError extends BorgError {
  constructor(problem: string, options?: ErrorOptions) {
    super("Error", [problem], options);
  }
}

/** Chooses by the file's name. */
export const AUTO = "auto";

const CODECS: readonly (readonly [endings: readonly string[], codec: StreamCodec])[] = [
  [[".tar.gz", ".tgz"], gzip],
  [[".tar.bz2", ".tbz"], bzip2],
  [[".tar.xz", ".txz"], xz],
  [[".tar.zst", ".tar.zstd"], zstd],
  [[".tar.lz4"], lz4Frame],
];

/** The filter that `--tar-filter` means for the tar file `path`. */
export function filterFor(option: string, path: string): Filter {
  if (option !== AUTO) return { kind: "program", name: option, words: splitWords(option) };
  const codec = CODECS.find(([endings]) => endings.some((ending) => path.endsWith(ending)))?.[1];
  return codec ? { kind: "codec", codec } : { kind: "none" };
}
