import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { Manifest } from "../../../../src/archive/manifest.ts";
import { Objects } from "../../../../src/archive/objects.ts";
import { encodeKeyBlob, formatKeyBlob, legacySeed } from "../../../../src/crypto/key_blob.ts";
import { modeNamed } from "../../../../src/crypto/modes.ts";
import { materialOf, splitSeed } from "../../../../src/crypto/secrets.ts";
import { fromHex } from "../../../../src/encoding/bytes.ts";
import { encode, sortedMap } from "../../../../src/encoding/msgpack.ts";
import { SILENT } from "../../../../src/repository/listener.ts";
import { LocalRepository } from "../../../../src/repository/local/local_repository.ts";
import { MANIFEST_ID } from "../../../../src/repository/repository.ts";
import { ours, PASSPHRASE, type Sandbox } from "../../../interop/harness.ts";
import { readPuts } from "../../../interop/segments.ts";

const REPOKEY = 3;
const PASSPHRASE_TYPE = 1;

/**
 * Makes a repository of the passphrase mode of Attic and BorgBackup before 1.0, which no program of today makes: the secrets
 * come from the passphrase, there is no key, and every object has the type 1 (format reference 6.1, 6.3). It is made as a
 * repokey repository of the same secrets with one archive, then the key is taken out and the type of each object changed,
 * which no MAC covers. Everything that the making left in `base` is removed.
 */
export async function makePassphraseRepository(sandbox: Sandbox, path: string, base: string): Promise<void> {
  sandbox.succeed(ours, ["init", "-e", "repokey", path], { base });
  const id = fromHex(/^id = (.*)$/m.exec(readConfig(path))![1]!);
  const secrets = splitSeed(legacySeed(PASSPHRASE, id), id);
  await restart(path, new Map([["key", formatKeyBlob(encodeKeyBlob(secrets, PASSPHRASE, 1000))]]), secrets);
  for (const name of readdirSync(base)) rmSync(join(base, name), { recursive: true });
  writeFileSync(join(base, "file"), "content of the file");
  sandbox.succeed(ours, ["create", `${path}::archive`, "file"], { base, cwd: base });
  changeTypes(path);
  loseKey(path);
  rmSync(join(path, "nonce"));
  for (const name of readdirSync(base)) rmSync(join(base, name), { recursive: true });
}

/** Takes the key out of a repository's configuration. */
function loseKey(path: string): void {
  writeFileSync(join(path, "config"), readConfig(path).replace(/^key = .*\n(\t.*\n)*/m, ""));
}

function readConfig(path: string): string {
  return readFileSync(join(path, "config"), "utf8");
}

/** Gives a repository without archives another key, and a manifest under it, without authentication. */
async function restart(
  path: string,
  settings: ReadonlyMap<string, string>,
  secrets: Parameters<typeof materialOf>[1],
): Promise<void> {
  const access = { lock: "exclusive", lockWait: 0, identity: { hostId: "test@1", pid: 1 }, listener: SILENT } as const;
  const repository = await LocalRepository.open(path, access);
  const config = repository.readConfig();
  for (const [name, value] of settings) config.set("repository", name, value);
  repository.writeConfig(config);
  const nonces = { reserve: () => Promise.resolve(0n) };
  const objects = new Objects(repository, materialOf(modeNamed("repokey"), secrets), nonces);
  await objects.write(plainManifest(), { name: "zlib", level: 6 }, MANIFEST_ID);
  await repository.commit();
  await repository.close();
}

function plainManifest(): Uint8Array {
  return encode(sortedMap([
    ["version", 1],
    ["archives", new Map()],
    ["config", new Map()],
    ["item_keys", [...new Manifest().itemKeys].sort()],
    ["timestamp", "2014-01-01T00:00:00.000000"],
  ]));
}

function changeTypes(path: string): void {
  for (const { segment, offset, data } of readPuts(path)) {
    if (data[0] !== REPOKEY) throw new Error(`an object of type ${data[0]}`);
    const file = join(path, "data", String(Math.floor(segment / 1000)), String(segment));
    const content = readFileSync(file);
    const entry = content.subarray(offset, offset + content.readUInt32LE(offset + 4));
    entry[41] = PASSPHRASE_TYPE;
    entry.writeUInt32LE(crc32(entry.subarray(4)), 0);
    writeFileSync(file, content);
  }
}
