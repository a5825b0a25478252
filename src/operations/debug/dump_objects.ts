import type { Objects } from "../../archive/objects.ts";
import { toHex } from "../../encoding/bytes.ts";
import type { Dump } from "./dump.ts";
import { idsInLogOrder } from "./log_order.ts";

/** Every current object, decrypted and decompressed. Throws IntegrityError at the first that is damaged. */
export async function* dumpObjects(objects: Objects): AsyncGenerator<Dump> {
  let number = 0;
  for await (const id of idsInLogOrder(objects.repository)) {
    const data = await objects.read(id);
    yield { name: `${String(number++).padStart(8, "0")}_${toHex(id)}.obj`, data };
  }
}
