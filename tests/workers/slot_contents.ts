import { Slot } from "../../src/workers/slot.ts";

/** A slot that holds `inputs`, with room for so many bytes of output. */
export function slotWith(inputs: readonly Uint8Array[], outputCapacity = 2 << 20): Slot {
  const length = inputs.reduce((sum, input) => sum + input.length, 0);
  const slot = Slot.allocate(length, outputCapacity);
  let end = 0;
  for (const [i, input] of inputs.entries()) {
    slot.input.set(input, end);
    slot.inputLengths[i] = input.length;
    end += input.length;
  }
  return slot;
}

/** Copies of the first `count` outputs. */
export function outputsOf(slot: Slot, count: number): Uint8Array[] {
  return slot.outputs(count).map((output) => output.slice());
}

/** Copies of the first `count` ids. */
export function idsOf(slot: Slot, count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => slot.id(i).slice());
}
