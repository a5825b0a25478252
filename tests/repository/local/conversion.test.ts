import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import { toHex } from "../../../src/encoding/bytes.ts";
import { AtticRepository, DoesNotExist, InvalidRepository } from "../../../src/repository/errors.ts";
import { ConvertibleRepository, type RepositoryStep } from "../../../src/repository/local/conversion.ts";
import { type FileLayer, readWhole } from "../../../src/repository/local/files.ts";
import type { LocalRepository } from "../../../src/repository/local/local_repository.ts";
import { Lock, LockTimeout } from "../../../src/repository/lock.ts";
import { MANIFEST_ID } from "../../../src/repository/repository.ts";
import { chances, MemoryFiles } from "../memory_files.ts";
import { accessOptions, bytes, createSmall, id, IDENTITY, withLocal } from "../scratch.ts";
import { Fault, type FaultKind, FaultyFiles } from "./faulty_files.ts";

const PATH = "/repository";
const BACKUP = "/repository.before-upgrade";
const OBJECTS = 5;

function overwrite(files: FileLayer, path: string, text: string): void {
  const handle = files.open(path, "update");
  files.write(handle, [Buffer.from(text, "latin1")], 0);
  files.sync(handle);
  files.close(handle);
}

function segmentsOf(files: FileLayer, root = PATH): string[] {
  return files.list(`${root}/data`).flatMap((folder) =>
    files.list(`${root}/data/${folder}`).filter((name) => /^[0-9]+$/.test(name)).map((name) =>
      `${root}/data/${folder}/${name}`
    )
  );
}

function magic(files: FileLayer, path: string): string {
  return Buffer.from(readWhole(files, path).subarray(0, 8)).toString("latin1");
}

/** A repository of several segments whose files begin as Attic's do. */
async function atticRepository(): Promise<MemoryFiles> {
  const files = new MemoryFiles();
  await createSmall(PATH, { files });
  await withLocal(PATH, { files }, async (repository) => {
    for (let i = 0; i < OBJECTS; i++) await repository.put(id(i), bytes(200, i));
    await repository.put(MANIFEST_ID, bytes(20));
    await repository.commit();
  });
  for (const path of segmentsOf(files)) overwrite(files, path, "ATTICSEG");
  for (const name of files.list(PATH).filter((name) => name.startsWith("index."))) {
    overwrite(files, `${PATH}/${name}`, "ATTICIDX");
  }
  for (const name of files.list(PATH).filter((name) => name.startsWith("integrity."))) files.unlink(`${PATH}/${name}`);
  overwrite(files, `${PATH}/README`, "This is an Attic repository, not the other one.");
  return files.copy();
}

async function convert(files: FileLayer, backup?: string): Promise<RepositoryStep[]> {
  const repository = await ConvertibleRepository.open(PATH, accessOptions({ files }));
  try {
    const steps = repository.plan(backup);
    for (const step of steps) await repository.execute(step, () => Promise.resolve());
    return steps;
  } finally {
    await repository.close();
  }
}

async function contents(repository: LocalRepository): Promise<string[]> {
  const found: string[] = [];
  for (let i = 0; i < OBJECTS; i++) found.push(toHex(await repository.get(id(i))));
  assert.equal(await repository.check(), true);
  return found;
}

const EXPECTED = Array.from({ length: OBJECTS }, (_, i) => toHex(bytes(200, i)));

async function assertConverted(files: MemoryFiles, message?: string): Promise<void> {
  for (const path of segmentsOf(files)) assert.equal(magic(files, path), "BORG_SEG", message);
  assert.deepEqual(await withLocal(PATH, { files }, contents), EXPECTED, message);
}

describe("the conversion of a repository of Attic", () => {
  it("plans what is to be done, and changes nothing by that", async () => {
    const files = await atticRepository();
    const before = segmentsOf(files);
    const repository = await ConvertibleRepository.open(PATH, accessOptions({ files }));
    const steps = repository.plan(BACKUP);
    await repository.close();
    assert.deepEqual(steps.map(({ kind }) => kind), ["backup", "index", "segments", "readme"]);
    const segments = steps.find((step) => step.kind === "segments");
    assert.ok(segments && segments.numbers.length === before.length && segments.numbers.length > 2);
    assert.deepEqual([...segments.numbers].sort((a, b) => a - b), segments.numbers);
    assert.ok(before.every((path) => magic(files, path) === "ATTICSEG"));
    assert.equal(files.status(BACKUP), undefined);
    assert.deepEqual(files.list(PATH).filter((name) => name.startsWith("lock")), []);
    await assert.rejects(withLocal(PATH, { files }, contents), AtticRepository);
  });

  it("makes it one that can be read, and leaves nothing for a second time", async () => {
    const files = await atticRepository();
    await convert(files);
    await assertConverted(files);
    assert.match(Buffer.from(readWhole(files, `${PATH}/README`)).toString(), /^This is a Borg Backup repository\.\n/);
    assert.deepEqual(await convert(files, BACKUP), []);
    assert.equal(files.status(BACKUP), undefined);
  });

  it("keeps the copy as it was", async () => {
    const files = await atticRepository();
    const before = segmentsOf(files).map((path) => toHex(readWhole(files, path)));
    const readme = toHex(readWhole(files, `${PATH}/README`));
    await convert(files, BACKUP);
    await assertConverted(files);
    assert.deepEqual(segmentsOf(files, BACKUP).map((path) => toHex(readWhole(files, path))), before);
    assert.equal(toHex(readWhole(files, `${BACKUP}/README`)), readme);
    assert.deepEqual(files.list(BACKUP).sort(), ["README", "config", "data", "hints.4", "index.4"]);
    assert.equal(files.status(`${BACKUP}/config`)?.links, 2);
  });

  it("leaves files that are no segments, or too short, as they are", async () => {
    const files = await atticRepository();
    const strange: Record<string, string> = {
      "300/900": "ATTIC",
      "300/901": "",
      "300/902": "SOMETHING ELSE",
      "300/x": "ATTICSEG",
      "0/950": "ATTICSEG in another place than its number says",
    };
    files.makeDirectory(`${PATH}/data/300`);
    for (const [name, text] of Object.entries(strange)) {
      files.close(files.open(`${PATH}/data/${name}`, "create"));
      overwrite(files, `${PATH}/data/${name}`, text);
    }
    await convert(files);
    for (const [name, text] of Object.entries(strange)) {
      assert.equal(Buffer.from(readWhole(files, `${PATH}/data/${name}`)).toString(), text);
    }
  });

  it("leaves no half of a copy behind", async () => {
    const template = await atticRepository();
    for (let failing = 0; failing < 12; failing++) {
      const files = template.copy();
      const layer: FileLayer = new FaultyFiles(files, failing + 8, "error").layer;
      const failed = await convert(layer, BACKUP).then(() => false, (error) => error instanceof Fault);
      const changed = segmentsOf(files).some((path) => magic(files, path) === "BORG_SEG");
      assert.ok(failed);
      assert.ok(files.status(BACKUP) === undefined || changed || files.list(BACKUP).length === 5, `change ${failing}`);
    }
  });

  it("refuses what is no repository, and what somebody else uses", async () => {
    const files = await atticRepository();
    const options = accessOptions({ files });
    await assert.rejects(ConvertibleRepository.open("/missing", options), DoesNotExist);
    await assert.rejects(ConvertibleRepository.open(`${PATH}/data`, options), InvalidRepository);
    const lock = new Lock(`${PATH}/lock`, { ...IDENTITY, hostId: "other@2" }, { exclusive: true, wait: 0, files });
    await lock.acquire();
    await assert.rejects(ConvertibleRepository.open(PATH, options), LockTimeout);
    await lock.release();
    await convert(files);
  });
});

/** Gives the number of changes after which there was no fault any more. */
async function tryAllFaults(
  kind: FaultKind,
  backup: string | undefined,
  look: (files: MemoryFiles, failing: number) => MemoryFiles,
): Promise<number> {
  const template = await atticRepository();
  for (let failing = 0;; failing++) {
    const files = template.copy();
    const faulty = new FaultyFiles(files, failing, kind);
    await convert(faulty.layer, backup).catch((error) => assert.ok(isFault(error), error));
    if (!faulty.hasFailed) return failing;
    const found = look(files, failing);
    await convert(found, `${BACKUP}-2`);
    await assertConverted(found, `${kind} at change ${failing}`);
  }
}

function byNumber(a: string, b: string): number {
  const number = (path: string) => Number(path.slice(path.lastIndexOf("/") + 1));
  return number(a) - number(b);
}

function isFault(error: unknown): boolean {
  return error instanceof Fault || (error instanceof Error && error.cause instanceof Fault);
}

describe("a conversion that was interrupted can be done again", () => {
  for (const backup of [undefined, BACKUP]) {
    const how = backup === undefined ? "in place" : "with a copy";
    it(`when the process was killed at any change, ${how}`, async () => {
      assert.ok(await tryAllFaults("crash", backup, (files) => files) > 20);
    });

    it(`when any one change failed, ${how}`, async () => {
      assert.ok(await tryAllFaults("error", backup, (files) => files) > 20);
    });

    it(`when the power went at any change and took all that was not synced, ${how}`, async () => {
      assert.ok(await tryAllFaults("crash", backup, (files) => files.afterPowerCut(() => 1)) > 20);
    });
  }

  it("and until its end the newest segment tells that it was, whatever the power cut took", async () => {
    for (let seed = 0; seed < 3; seed++) {
      await tryAllFaults("crash", undefined, (files, failing) => {
        const chance = chances(1000 * seed + failing);
        const found = files.afterPowerCut(() => chance() < 0.5 ? 0.1 : 0.9); // all of a write was lost, or nothing
        const magics = segmentsOf(found).sort(byNumber).map((path) => magic(found, path));
        if (magics.at(-1) === "BORG_SEG") assert.ok(magics.every((each) => each === "BORG_SEG"), magics.join());
        return found;
      });
    }
  });

  it("when the power went at any change and took some of what was not synced, with a copy", async () => {
    const chanceAt = (failing: number) => chances(500 + failing);
    assert.ok(await tryAllFaults("crash", BACKUP, (files, failing) => files.afterPowerCut(chanceAt(failing))) > 20);
  });
});
