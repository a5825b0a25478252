/** A codec with its level. */
export type Codec =
  | { readonly name: "none" }
  | { readonly name: "lz4" }
  | { readonly name: "zstd"; readonly level: number }
  | { readonly name: "zlib"; readonly level: number }
  | { readonly name: "lzma"; readonly level: number };

/** What `--compression` can ask for (format reference 8). Plain data: it is posted to workers. */
export type Compression =
  | Codec
  | { readonly name: "auto"; readonly codec: Codec }
  | {
    readonly name: "obfuscate";
    /** 1–6 relative, 110–123 absolute, 250 Padmé. */
    readonly spec: number;
    readonly inner: Codec | { readonly name: "auto"; readonly codec: Codec };
  };
