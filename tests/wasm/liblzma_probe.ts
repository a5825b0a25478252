import { createHash } from "node:crypto";
import { Liblzma } from "../../wasm/liblzma.ts";
import { lines } from "./lines.ts";

const container = new Liblzma().encode(lines(), 6) ?? new Uint8Array(0);
console.log(createHash("sha256").update(container).digest("hex"));
