import type { KeyMaterial } from "../crypto/material.ts";
import { Sealer } from "../crypto/sealer.ts";
import { ChunkIds } from "./chunk_ids.ts";

/** What a worker makes of the key it was started with, once. */
export class Keyed {
  readonly sealer: Sealer;
  readonly ids: ChunkIds;

  constructor(readonly material: KeyMaterial) {
    this.sealer = new Sealer(material);
    this.ids = new ChunkIds(this.sealer);
  }
}
