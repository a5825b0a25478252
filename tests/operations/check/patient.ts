import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeArchive, loadArchive, type LoadedArchive } from "../../../src/archive/archive.ts";
import type { ChunkEntry, Item } from "../../../src/archive/item.ts";
import { Manifest } from "../../../src/archive/manifest.ts";
import { Objects } from "../../../src/archive/objects.ts";
import type { SecurityDirectory } from "../../../src/cache/security.ts";
import { modeNamed } from "../../../src/crypto/modes.ts";
import { emptyMaterial } from "../../../src/crypto/secrets.ts";
import { toHex } from "../../../src/encoding/bytes.ts";
import { encodeText } from "../../../src/encoding/path.ts";
import { BorgError } from "../../../src/errors.ts";
import { archiveItems } from "../../../src/operations/archive_items.ts";
import { type ArchiveCheckOptions, checkArchives, type CheckResult } from "../../../src/operations/check/check.ts";
import type { Host } from "../../../src/operations/host.ts";
import { securityOf } from "../../../src/operations/opening.ts";
import type { OperationMessages } from "../../../src/operations/messages.ts";
import type { Reporter, Steps } from "../../../src/operations/reporter.ts";
import { MemoryRepository } from "../../archive/memory_repository.ts";
import { packed } from "../../archive/items.ts";
import { fakeHost } from "../fake_host.ts";

/** What came of a check. */
export interface Diagnosis {
  readonly sound: boolean;
  readonly result: CheckResult;
  /** Level, message and data of everything that was told, and how far what is counted came. */
  readonly told: readonly string[];
}

/** An unencrypted repository in memory, to be damaged and checked. */
export class Patient {
  readonly repository = new MemoryRepository();
  readonly objects = new Objects(this.repository, emptyMaterial(modeNamed("none")));
  readonly manifest = new Manifest();
  readonly #base = mkdtempSync(join(tmpdir(), "vinculum-test-"));
  #time = 0;
  /** Called when the check asks whether to go on. */
  checkAbort: () => void = () => {};

  /** Stores a text as a chunk. */
  async chunk(text: string): Promise<ChunkEntry> {
    const plaintext = encodeText(text);
    const { id, csize } = await this.objects.write(plaintext, { name: "none" });
    return { id, size: plaintext.length, csize };
  }

  /** Stores an archive whose item stream has these chunks; gives its id and theirs. */
  async archive(name: string, parts: readonly (readonly Item[] | Uint8Array)[]) {
    const items: Uint8Array[] = [];
    for (const part of parts) {
      const bytes = part instanceof Uint8Array ? part : packed(...part);
      items.push((await this.objects.write(bytes, { name: "none" })).id);
    }
    const metadata = { name, items, cmdline: ["borg"], time: `2024-01-0${this.manifest.archives.size + 1}T00:00:00` };
    const { id } = await this.objects.write(encodeArchive(this.objects.material, metadata), { name: "none" });
    this.manifest.archives.set(name, { id, time: metadata.time });
    await this.manifest.save(this.objects, true);
    return { id, items };
  }

  async check(options: Partial<ArchiveCheckOptions> = {}): Promise<Diagnosis> {
    const reporter = new Recorder();
    const all = { verifyData: false, selection: {}, repair: false, ...options };
    const location = { kind: "local", path: "/repo" } as const;
    const result = await checkArchives(this.#host(), location, this.repository, all, reporter);
    return { sound: result === "sound", result, told: reporter.told };
  }

  /** Repairs; gives what is said of the archives, and demands that there is nothing left to do. */
  async repair(options: Partial<ArchiveCheckOptions> = {}): Promise<readonly string[]> {
    const { told } = await this.check({ ...options, repair: true });
    const again = await this.check({ verifyData: true });
    assert.equal(again.result, "sound", again.told.join("\n"));
    return told;
  }

  /** The manifest as it is stored now. */
  stored(): Promise<Manifest> {
    return Manifest.load(this.objects, false);
  }

  /** An archive as it is stored now, and its items. */
  async read(name: string): Promise<{ readonly archive: LoadedArchive; readonly items: readonly Item[] }> {
    const archive = await loadArchive(this.objects, (await this.stored()).entry(name).id);
    const items = [];
    for await (const batch of archiveItems(this.objects, archive.metadata)) items.push(...batch);
    return { archive, items };
  }

  /** Where the client remembers of the repository what nobody else may change. */
  get security(): SecurityDirectory {
    return securityOf(this.#host(), this.repository.id);
  }

  remove(): void {
    rmSync(this.#base, { recursive: true });
  }

  #host(): Host {
    return fakeHost({
      env: { BORG_BASE_DIR: this.#base, VINCULUM_WORKERS: "1" },
      monotonic: () => this.#time += 1000,
      checkAbort: () => this.checkAbort(),
    });
  }
}

class Recorder implements Reporter {
  readonly told: string[] = [];

  fileStatus(): void {}
  listed(): void {}
  error(): void {}
  warning(): void {}
  archiveProgress(): void {}
  archiveFinished(): void {}
  working(): void {}

  note<M extends keyof OperationMessages>(level: string, message: M, ...data: OperationMessages[M]): void {
    const texts = (data as readonly unknown[]).map((value) => describeValue(value));
    this.told.push([level, message.replace("check.", ""), ...texts].join(" "));
  }

  begin(operation: string, total: number): Steps {
    let done = 0;
    const finish = () => void this.told.push(`${operation} ${done}/${total}`);
    return { advance: (count) => void (done += count), finish };
  }
}

/** Ids by their first four digits. */
function describeValue(value: unknown): string {
  if (value instanceof BorgError) return value.code;
  if (typeof value === "object") return JSON.stringify(value);
  return String(value).replace(/[0-9a-f]{64}/, (id) => id.slice(0, 4));
}

/** An id as it is told. */
export function short(id: Uint8Array): string {
  return toHex(id).slice(0, 4);
}
