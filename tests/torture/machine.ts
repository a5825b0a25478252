import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Host } from "../../src/operations/host.ts";
import type { FileLayer } from "../../src/repository/local/files.ts";
import type { Location } from "../../src/repository/location.ts";
import { fakeHost } from "../operations/fake_host.ts";
import { MemoryFiles } from "../repository/memory_files.ts";
import { PASSPHRASE } from "./quick_key.ts";

/** Numbers that no process has: whoever had them is dead. */
const DEAD_PIDS = 4_200_000;

/** In memory where there is such a place: what is synced there costs nothing. */
export const SCRATCH = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

export const PATH = "/repository";
export const LOCATION: Location = { kind: "local", path: PATH };

/** A repository in memory, with the keys, caches and marks of its client on disk. */
export class Machine {
  readonly base: string = mkdtempSync(join(SCRATCH, "vinculum-test-"));
  #processes = 0;
  #ticks = 0;

  constructor(readonly files: MemoryFiles = new MemoryFiles()) {}

  /** The same once more; `files` may have lost something. */
  copy(files: MemoryFiles = this.files.copy()): Machine {
    const copy = new Machine(files);
    cpSync(this.base, copy.base, { recursive: true });
    copy.#processes = this.#processes;
    copy.#ticks = this.#ticks;
    return copy;
  }

  /** Another client of the same repository, which knows nothing of it but the key. */
  stranger(): Machine {
    const copy = new Machine(this.files);
    const keys = join(".config", "borg", "keys");
    if (existsSync(join(this.base, keys))) cpSync(join(this.base, keys), join(copy.base, keys), { recursive: true });
    copy.#processes = this.#processes + 1000;
    return copy;
  }

  /** A process that is started now; each look at its clock finds a second gone. */
  host(files: FileLayer = this.files): Host {
    return fakeHost({
      env: { BORG_BASE_DIR: this.base, BORG_PASSPHRASE: PASSPHRASE, VINCULUM_WORKERS: "1" },
      identity: { hostId: "tests@1", pid: DEAD_PIDS + this.#processes++ },
      files,
      confirm: () => Promise.resolve(true),
      now: () => 1_700_000_000_000_000n + BigInt(this.#ticks) * 1_000_000n,
      monotonic: () => this.#ticks++ * 1000,
    });
  }

  remove(): void {
    rmSync(this.base, { recursive: true, force: true });
  }
}
