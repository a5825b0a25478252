import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decodeKeyBlob, encodeKeyBlob, formatKeyBlob, parseKeyBlob } from "../../src/crypto/key_blob.ts";
import { Ini } from "../../src/encoding/ini.ts";
import { decodeText, encodeText } from "../../src/encoding/path.ts";
import { writeSynced } from "../../src/repository/local/durable.ts";
import { type FileLayer, readWhole } from "../../src/repository/local/files.ts";

/** The passphrase of all repositories that are tortured. */
export const PASSPHRASE = "secret";

/** Makes the key of a repository and of its client one that is opened at once: torture opens it thousands of times. */
export function quicken(files: FileLayer, repository: string, base: string): void {
  const path = `${repository}/config`;
  writeSynced(files, path, encodeText(quickConfig(decodeText(readWhole(files, path)))));
  quickenKeyFiles(base);
}

/** The configuration of a repository with the same key made quick. */
function quickConfig(text: string): string {
  const config = Ini.parse(text);
  const key = config.get("repository", "key");
  if (!key) return text;
  config.set("repository", "key", quickBlob(key));
  return config.format();
}

/** The same with all key files below a base directory. */
function quickenKeyFiles(base: string): void {
  const folder = join(base, ".config", "borg", "keys");
  if (!existsSync(folder)) return;
  for (const path of readdirSync(folder).map((name) => join(folder, name))) {
    const [header, ...lines] = readFileSync(path, "utf8").split("\n");
    writeFileSync(path, `${header}\n${quickBlob(lines.join("\n"))}\n`);
  }
}

function quickBlob(text: string): string {
  const secrets = decodeKeyBlob(parseKeyBlob(text), PASSPHRASE);
  return formatKeyBlob(encodeKeyBlob(secrets!, PASSPHRASE, 1));
}
