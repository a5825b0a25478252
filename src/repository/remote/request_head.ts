import type { Encodable, Packer } from "../../encoding/msgpack.ts";
import type { Layout, MessageId } from "./protocol.ts";

/** A call: its arguments by name, in the order of the method's parameters. */
export interface Call {
  readonly method: string;
  readonly args: readonly (readonly [name: string, value: Encodable])[];
}

/** Writes a request up to the `length` bytes of its last argument, which must follow. */
export function writeRequestHead(
  packer: Packer,
  layout: Layout,
  { id, method, args }: Call & { readonly id: MessageId },
  last: string,
  length: number,
): void {
  if (layout === "named") {
    packer.mapHeader(3);
    for (const value of ["i", id, "m", method, "a"]) packer.value(value);
    packer.mapHeader(args.length + 1);
    for (const value of [...args.flat(), last]) packer.value(value);
  } else {
    packer.arrayHeader(4);
    for (const value of [1, id, method]) packer.value(value);
    packer.arrayHeader(args.length + 1);
    for (const [, value] of args) packer.value(value);
  }
  packer.rawHeader(length);
}
