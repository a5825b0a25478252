import { fromHex, toHex } from "../encoding/bytes.ts";
import { BorgError } from "../errors.ts";
import { type Mode, MODES } from "./modes.ts";
import { keyLength, type Secrets } from "./secrets.ts";

const VERSION = 1;

/** What related repositories have in common, so that equal chunks get equal ids in both. */
export interface RelatedSecrets {
  readonly idKey: Uint8Array;
  readonly chunkSeed: number;
  /** The label of the mode that they come from. */
  readonly keyName: string;
}

/** `data`: why exported secrets cannot be used. */
export class RelatedSecretsError extends BorgError {
  constructor(problem: string, options?: ErrorOptions) {
    super("CommandError", [problem], options);
  }
}

/** The JSON text (format reference 6.7), with a newline at its end. */
export function formatRelatedSecrets({ idKey, chunkSeed, keyName }: RelatedSecrets): string {
  return JSON.stringify({ version: VERSION, id_key: toHex(idKey), chunk_seed: chunkSeed, key_name: keyName }) + "\n";
}

export function parseRelatedSecrets(text: string): RelatedSecrets {
  const object = parseObject(text);
  if (object["version"] !== VERSION) throw new RelatedSecretsError("The related secrets have an unknown version.");
  const { id_key: idKey, chunk_seed: chunkSeed, key_name: keyName } = object;
  const sound = typeof idKey === "string" && /^([0-9a-f]{2})*$/i.test(idKey) && typeof keyName === "string" &&
    typeof chunkSeed === "number" && Number.isInteger(chunkSeed) && chunkSeed === (chunkSeed | 0);
  if (!sound) throw new RelatedSecretsError("The related secrets are incomplete or damaged.");
  return { idKey: fromHex(idKey), chunkSeed, keyName };
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch (cause) {
    throw new RelatedSecretsError("The related secrets are not JSON.", { cause });
  }
  throw new RelatedSecretsError("The related secrets are not a JSON object.");
}

/** Fresh secrets with the related ones put in. Throws when the two modes compute ids differently. */
export function relate(mode: Mode, secrets: Secrets, { idKey, chunkSeed, keyName }: RelatedSecrets): Secrets {
  const origin = MODES.find(({ label }) => label === keyName);
  if (!origin || origin.idSuite !== mode.idSuite || idKey.length !== keyLength(mode)) {
    throw new RelatedSecretsError("The related repository computes its chunk ids in another way.");
  }
  return { ...secrets, idKey, chunkSeed };
}
