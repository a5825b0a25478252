import type { Buffer } from "node:buffer";
import { fingerprint } from "../public_key.ts";
import { openPublicKey } from "../private_key.ts";
import type { AuthContext } from "../ssh2.d.ts";
import { matchesAddress } from "./address_patterns.ts";
import type { AuthorizedKey } from "./authorized_keys.ts";
import type { DaemonListener } from "./listener.ts";

const METHOD = "publickey";
/** What RSA keys sign when they are not asked for SHA-2. */
const RSA = "ssh-rsa";

/** Who knocks. */
export interface Client {
  readonly address: string;
  /** Address and port. */
  readonly name: string;
}

/** Somebody has shown that the key is theirs. */
export interface Admission {
  readonly user: string;
  readonly key: AuthorizedKey;
}

export interface DoorOptions {
  readonly client: Client;
  /** The keys as they are in the file now. */
  readonly keys: readonly AuthorizedKey[];
  readonly attempts: number;
  readonly listener: DaemonListener;
  /** Milliseconds since 1970. */
  now(): number;
  admit(admission: Admission): void;
  turnAway(): void;
}

/** Lets the holders of known keys in, one client's attempts long. */
export class Door {
  #failures = 0;

  constructor(readonly options: DoorOptions) {}

  /** Answers one attempt to log in. */
  answer(context: AuthContext): void {
    const key = context.method === METHOD ? this.#knownKey(context) : undefined;
    if (key === undefined) return this.#reject(context);
    if (context.signature === undefined) return context.accept(); // the client asks whether to sign
    if (!isSignedBy(context, key.key)) return this.#reject(context);
    this.options.admit({ user: context.username, key });
    context.accept();
  }

  #reject(context: AuthContext): void {
    if (context.method !== "none") this.#failures++;
    context.reject([METHOD]);
    if (this.#failures < this.options.attempts) return;
    const { listener, client, turnAway } = this.options;
    listener("warning", "refused", client.name, "attempts");
    turnAway();
  }

  #knownKey({ key: { algo, data }, hashAlgo, username }: AuthContext): AuthorizedKey | undefined {
    const { keys, listener, client, now } = this.options;
    const known = keys.find(({ key }) => key.equals(data));
    if (known === undefined) {
      listener("info", "unknownKey", client.name, username, fingerprint(data));
      return undefined;
    }
    if (algo === RSA && hashAlgo === undefined) return undefined; // a signature with SHA-1
    if (known.from && !matchesAddress(client.address, known.from)) {
      return void listener("warning", "refused", client.name, "address");
    }
    if (known.expires !== undefined && known.expires <= now()) {
      return void listener("warning", "refused", client.name, "expired");
    }
    return known;
  }
}

function isSignedBy({ blob, signature, hashAlgo }: AuthContext, key: Buffer): boolean {
  const verifier = openPublicKey(key);
  return verifier !== undefined && verifier.verify(blob!, signature!, hashAlgo) === true;
}
