import type { AccessQuestion } from "../cache/security.ts";
import type { CacheListener } from "../cache/listener.ts";
import type { Prompter } from "../crypto/prompter.ts";
import type { RepositoryListener } from "../repository/listener.ts";
import type { FileLayer } from "../repository/local/files.ts";
import type { HostIdentity } from "../repository/locking/holder.ts";
import type { RemoteAccess } from "../repository/remote/access.ts";
import type { Micros } from "../archive/timestamps.ts";

/** The machine, the user and the moment, as operations see them. */
export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly identity: HostIdentity;
  readonly prompter: Prompter;
  readonly repositoryListener: RepositoryListener;
  readonly cacheListener: CacheListener;
  readonly remote: RemoteAccess;
  /** Where repositories of this machine lie; undefined: in its file system. Tests have others. */
  readonly files?: FileLayer;
  /** Whether to go on with a repository that is not as it was expected. */
  confirm(question: AccessQuestion): Promise<boolean>;
  now(): Micros;
  /** Milliseconds that only ever grow. */
  monotonic(): number;
  /** Throws when the run must end here. */
  checkAbort(): void;
  /** Whether the run should come to a good end soon. */
  readonly stopSoon: AbortSignal;
}
