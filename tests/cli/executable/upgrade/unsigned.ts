import { join } from "node:path";
import { Objects } from "../../../../src/archive/objects.ts";
import { nonceAfter } from "../../../../src/crypto/envelope.ts";
import { openKey } from "../../../../src/crypto/key.ts";
import { decodeKeyBlob, encodeKeyBlob } from "../../../../src/crypto/key_blob.ts";
import { KeyDirectory } from "../../../../src/crypto/key_directory.ts";
import { KeyStore } from "../../../../src/crypto/key_store.ts";
import { NonceManager } from "../../../../src/crypto/nonce.ts";
import { Passphrases } from "../../../../src/crypto/passphrase.ts";
import { signMetadata } from "../../../../src/crypto/tam.ts";
import { toHex } from "../../../../src/encoding/bytes.ts";
import { decode, type Encodable, encode } from "../../../../src/encoding/msgpack.ts";
import { SILENT } from "../../../../src/repository/listener.ts";
import { LocalRepository } from "../../../../src/repository/local/local_repository.ts";
import { MANIFEST_ID } from "../../../../src/repository/repository.ts";
import { PASSPHRASE } from "../../../interop/harness.ts";

const LZ4 = { name: "lz4" } as const;
const NOBODY = {
  askSecret: () => Promise.resolve(undefined),
  confirmDisplay: () => Promise.resolve(false),
  notify: () => {},
};

type Fields = Map<string, Encodable>;

/** What is taken out of a repository. */
export interface Unsigning {
  /** The archives that lose their signature. */
  readonly archives?: readonly string[];
  readonly manifest?: boolean;
  /** The key does not say any more whether the manifest must be signed. */
  readonly key?: boolean;
}

/**
 * Makes a repository of today one as BorgBackup before 1.0.9 would have left it: without the signatures that `unsigning` names.
 * What `base` remembers of the repository, the nonces too, stays in step.
 */
export async function takeSignatures(path: string, base: string, unsigning: Unsigning): Promise<void> {
  const { archives = [], manifest = false, key = false } = unsigning;
  const access = { lock: "exclusive", lockWait: 0, identity: { hostId: "test@1", pid: 1 }, listener: SILENT } as const;
  const repository = await LocalRepository.open(path, access);
  const keys = new KeyDirectory(join(base, ".config/borg/keys"));
  const store = new KeyStore(repository, { id: repository.id, name: path, path }, keys);
  const stored = await repository.get(MANIFEST_ID);
  const opened = await openKey(stored, store, new Passphrases({ BORG_PASSPHRASE: PASSPHRASE }, NOBODY));
  const noncePath = join(base, ".config/borg/security", toHex(repository.id), "nonce");
  const nonces = new NonceManager(repository, noncePath, nonceAfter(opened.material, stored));
  const objects = new Objects(repository, opened.material, nonces);
  const fields = decode(await objects.read(MANIFEST_ID)) as Fields;
  for (const name of archives) await takeArchiveSignature(objects, fields, name);
  fields.delete("tam");
  if (manifest) (fields.get("config") as Fields).delete("tam_required");
  const plaintext = manifest ? encode(fields) : signMetadata(opened.material, "manifest", fields);
  await objects.write(plaintext, LZ4, MANIFEST_ID);
  await repository.commit();
  if (key && opened.home) {
    const secrets = decodeKeyBlob(await store.load(opened.home), PASSPHRASE)!;
    await store.save(opened.home, encodeKeyBlob({ ...secrets, tamRequired: undefined }, PASSPHRASE, 1000));
  }
  await repository.close();
}

async function takeArchiveSignature(objects: Objects, manifest: Fields, name: string): Promise<void> {
  const entry = (manifest.get("archives") as Map<string, Fields>).get(name)!;
  const id = (entry.get("id") as Uint8Array).slice();
  const archive = decode(await objects.read(id)) as Fields;
  archive.delete("tam");
  entry.set("id", (await objects.write(encode(archive), LZ4)).id);
  await objects.repository.delete(id);
}
