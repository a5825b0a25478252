import { describe, it } from "node:test";
import { DECODERS } from "./decoders.ts";
import { fuzz } from "./fuzz.ts";

describe("what others wrote is read or refused in words", () => {
  for (const [i, decoder] of DECODERS.entries()) it(decoder.name, () => fuzz(decoder, 1000 + i, 300));
});
