import { release } from "../encoding/release.ts";

/**
 * A stored payload on its way into an object: parts that belong one after the other. Only those that a codec `owns` stay
 * as they are when the next chunk is compressed: others are views of the data, or of memory that is used again.
 */
export interface Payload {
  readonly parts: readonly Uint8Array[];
  /** Memory that belongs to this payload alone. */
  readonly owned?: Uint8Array;
}

export function payloadLength({ parts }: Payload): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

/** The parts in one piece, in memory of their own. */
export function joined({ parts, owned }: Payload): Uint8Array {
  if (parts.length === 1 && parts[0] === owned) return owned!;
  const whole = new Uint8Array(payloadLength({ parts }));
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  discard({ parts, ...(owned && { owned }) });
  return whole;
}

/** Gives back the memory of a payload that is not used any more. */
export function discard({ owned }: Payload): void {
  if (owned) release(owned);
}
