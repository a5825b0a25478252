import { decode, type Value } from "../../encoding/msgpack.ts";
import { MANIFEST_ID } from "../../repository/repository.ts";
import type { Unlocked } from "../opening.ts";

/** The manifest as it is stored, with all that this program makes no use of. */
export async function readRawManifest({ objects }: Unlocked): Promise<Value> {
  return decode(await objects.read(MANIFEST_ID));
}
