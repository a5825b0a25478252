const MAGIC = 0xfd2fb528;
const DESCRIPTOR = 4;

/** Lengths of the fields after the descriptor byte, by the descriptor's bits (RFC 8878, 3.1.1.1). */
const DICTIONARY_ID = [0, 1, 2, 4] as const;
const CONTENT_SIZE = [0, 2, 4, 8] as const;

/** How many bytes a zstd frame says that it holds; undefined when it does not say so, or is no zstd frame. */
export function zstdContentSize(frame: Uint8Array): number | undefined {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  if (frame.length < DESCRIPTOR + 1 || view.getUint32(0, true) !== MAGIC) return undefined;
  const descriptor = view.getUint8(DESCRIPTOR);
  const singleSegment = (descriptor & 0x20) !== 0;
  const dictionaryId = DICTIONARY_ID[(descriptor & 3) as 0 | 1 | 2 | 3];
  const length = CONTENT_SIZE[(descriptor >> 6) as 0 | 1 | 2 | 3] || (singleSegment ? 1 : 0);
  const offset = DESCRIPTOR + 1 + (singleSegment ? 0 : 1) + dictionaryId;
  return frame.length < offset + length ? undefined : readSize(view, offset, length);
}

function readSize(view: DataView, offset: number, length: number): number | undefined {
  switch (length) {
    case 1:
      return view.getUint8(offset);
    case 2:
      return view.getUint16(offset, true) + 256;
    case 4:
      return view.getUint32(offset, true);
    case 8:
      return Number(view.getBigUint64(offset, true));
    default:
      return undefined;
  }
}
