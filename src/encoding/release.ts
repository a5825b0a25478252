/** Less memory than this is not worth the call, and may be part of a pool of the runtime's. */
const WORTHWHILE = 256 * 1024;

/**
 * Gives the memory under `bytes` back at once: left to the garbage collector, some hundred MB pile up before it runs. To be
 * called only by who owns the whole of that memory; every view of it is empty afterwards. Shared memory stays.
 */
export function release(bytes: Uint8Array): void {
  const { buffer } = bytes;
  if (buffer instanceof ArrayBuffer && buffer.byteLength >= WORTHWHILE) buffer.transfer(0);
}
