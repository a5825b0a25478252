import { MarshalWriter } from "../../encoding/marshal.ts";
import { MsgpackError, Reader } from "../../encoding/msgpack.ts";
import { IntegrityError } from "../../errors.ts";

/** Makes what Python's `pstats` reads of a profile in BorgBackup's form, which is the same in msgpack. Throws IntegrityError. */
export function convertProfile(profile: Uint8Array): Uint8Array {
  const writer = new MarshalWriter();
  const reader = new Reader(profile);
  try {
    copyValue(reader, writer);
  } catch (error) {
    if (!(error instanceof MsgpackError)) throw error;
    throw new IntegrityError("This is not a profile that --debug-profile has written", { cause: error });
  }
  if (reader.offset === profile.length) return writer.take();
  throw new IntegrityError("This is not a profile that --debug-profile has written: something follows it");
}

function copyValue(reader: Reader, writer: MarshalWriter): void {
  const type = reader.peekType();
  switch (type) {
    case "map":
      return copyMap(reader, writer);
    case "array":
      return copyArray(reader, writer);
    case "raw":
      return writer.text(reader.readText());
    case "integer":
      return writer.int(BigInt(reader.readInt()));
    case "float":
      return writer.float(reader.readFloat());
    case "boolean":
      return writer.bool(reader.readBoolean());
    case "nil":
      reader.skip();
      return writer.none();
  }
}

function copyMap(reader: Reader, writer: MarshalWriter): void {
  writer.dictionary();
  for (let left = 2 * reader.readMapHeader(); left > 0; left--) copyValue(reader, writer);
  writer.endOfDictionary();
}

function copyArray(reader: Reader, writer: MarshalWriter): void {
  const count = reader.readArrayHeader();
  writer.tuple(count);
  for (let left = count; left > 0; left--) copyValue(reader, writer);
}
