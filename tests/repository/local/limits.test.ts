import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decodeText } from "../../../src/encoding/path.ts";
import {
  AppendOnlyRefusal,
  InsufficientFreeSpaceError,
  ObjectNotFound,
  StorageQuotaExceeded,
} from "../../../src/repository/errors.ts";
import { readWhole } from "../../../src/repository/local/files.ts";
import { LocalRepository } from "../../../src/repository/local/local_repository.ts";
import { FileError, MemoryFiles } from "../memory_files.ts";
import { accessOptions, bytes, createLocal, id, withLocal } from "../scratch.ts";

const PATH = "/repository";

function segments(files: MemoryFiles): string {
  return files.list(`${PATH}/data/0`).map(Number).sort((a, b) => a - b).join(" ");
}

describe("the storage quota", () => {
  it("ends a transaction that goes beyond it", async () => {
    const repository = await createLocal(PATH, { files: new MemoryFiles(), storageQuota: 1000 });
    await repository.put(id(1), bytes(459));
    await repository.put(id(2), bytes(459));
    await repository.commit();
    const isExceeded = (error: unknown) =>
      error instanceof StorageQuotaExceeded && error.data.join() === "1.00 kB,1.04 kB";
    await assert.rejects(repository.put(id(3), bytes(0)), isExceeded);
    await assert.rejects(repository.put(id(3), bytes(0)), isExceeded);
    await assert.rejects(repository.commit(), isExceeded);
    assert.equal(await repository.count(), 2);
    await repository.close();
  });

  it("is respected again after a rollback", async () => {
    const repository = await createLocal(PATH, { files: new MemoryFiles(), storageQuota: 100 });
    await assert.rejects(repository.put(id(1), bytes(60)), StorageQuotaExceeded);
    await repository.rollback();
    await repository.put(id(1), bytes(59));
    await repository.commit();
    await repository.close();
  });

  it("counts PUTs until compaction has removed them", async () => {
    const files = new MemoryFiles();
    const repository = await createLocal(PATH, { files, storageQuota: 1000 });
    for (let i = 0; i < 4; i++) await repository.put(id(1), bytes(200, i));
    await repository.commit();
    await assert.rejects(repository.put(id(2), bytes(0)), StorageQuotaExceeded);
    await repository.rollback();
    await repository.delete(id(1));
    await repository.commit();
    await assert.rejects(repository.put(id(2), bytes(0)), StorageQuotaExceeded);
    await repository.rollback();
    await repository.commit({ compact: true });
    await repository.put(id(2), bytes(900));
    await repository.commit();
    await repository.close();
  });

  it("comes from the one who opens, or else from the configuration", async () => {
    const files = new MemoryFiles();
    await (await createLocal(PATH, { files, storageQuota: 100 })).close();
    const put = (storageQuota?: number) =>
      withLocal(
        PATH,
        { files, ...(storageQuota !== undefined && { storageQuota }) },
        (repository) => repository.put(id(1), bytes(100)),
      );
    await assert.rejects(put(), StorageQuotaExceeded);
    await assert.rejects(put(140), StorageQuotaExceeded);
    await put(141);
    await put(0);
  });
});

describe("free space", () => {
  it("is demanded for a commit", async () => {
    const files = new MemoryFiles();
    const repository = await createLocal(PATH, { files });
    await repository.put(id(1), bytes(100));
    await repository.commit();
    await repository.put(id(2), bytes(100));
    // 4 indexes of 41258 bytes, hints, and what a compaction might move: 149 + 8 bytes.
    const required = 4 * 41258 + 4096 + 10 * 3 + 10 * 1 + 8;
    files.freeSpace = () => required - 1;
    await assert.rejects(repository.commit(), InsufficientFreeSpaceError);
    assert.equal(segments(files), "0 1");
    assert.equal(await repository.count(), 1);
    await repository.put(id(2), bytes(100));
    files.freeSpace = () => required;
    await repository.commit();
    assert.equal(await repository.count(), 2);
    await repository.close();
  });

  it("is demanded by a new repository, which is removed again without it", async () => {
    const files = new MemoryFiles();
    files.freeSpace = () => 100;
    const repository = await createLocal(PATH, { files });
    await repository.put(id(1), bytes(100));
    await assert.rejects(
      repository.commit(),
      (error) => error instanceof InsufficientFreeSpaceError && error.data[1] === "100 B",
    );
    assert.deepEqual(files.list("/"), []);
    await repository.close();
  });

  it("need not be known", async () => {
    const files = new MemoryFiles();
    files.freeSpace = () => {
      throw new FileError("ENOSYS", PATH);
    };
    const repository = await createLocal(PATH, { files });
    await repository.commit();
    await repository.close();
  });

  it("is given back at once when it runs out", async () => {
    const files = new MemoryFiles();
    const repository = await createLocal(PATH, { files });
    await repository.put(id(1), bytes(100));
    await repository.commit();
    await repository.put(id(2), bytes(2 << 20));
    files.write = () => {
      throw new FileError("ENOSPC", PATH);
    };
    await assert.rejects(repository.put(id(3), bytes(2 << 20)), { code: "ENOSPC" });
    assert.equal(segments(files), "0 1");
    files.write = MemoryFiles.prototype.write;
    await assert.rejects(repository.put(id(4), bytes(10)), { code: "ENOSPC" });
    await assert.rejects(repository.commit(), { code: "ENOSPC" });
    assert.deepEqual(await repository.list(), [id(1)]);
    await repository.put(id(4), bytes(10));
    await repository.commit();
    assert.equal(await repository.count(), 2);
    await repository.close();
  });

  it("is made by shortening where deleting needs some", async () => {
    const files = new MemoryFiles();
    const repository = await createLocal(PATH, { files });
    await repository.put(id(1), bytes(100));
    await repository.commit();
    await repository.delete(id(1));
    await repository.commit();
    const isEmptied = new Set<string>();
    files.empty = (path) => {
      isEmptied.add(path);
      MemoryFiles.prototype.empty.call(files, path);
    };
    files.unlink = (path) => {
      if (path.includes("/data/") && !isEmptied.has(path)) throw new FileError("ENOSPC", path);
      MemoryFiles.prototype.unlink.call(files, path);
    };
    await repository.commit({ compact: true, threshold: 0 });
    assert.ok(isEmptied.has(`${PATH}/data/0/0`));
    assert.equal(await repository.check(), true);
    await repository.close();
  });
});

describe("an append-only repository", () => {
  const transactions = (files: MemoryFiles) => decodeText(readWhole(files, `${PATH}/transactions`));

  it("notes its transactions and frees nothing", async () => {
    const files = new MemoryFiles();
    const repository = await createLocal(PATH, { files, appendOnly: true });
    await repository.put(id(1), bytes(100));
    await repository.commit({ compact: true, threshold: 0 });
    await repository.delete(id(1));
    await repository.commit({ compact: true, threshold: 0, cleanupCommits: true });
    assert.equal(segments(files), "0 1 2 3");
    assert.match(
      transactions(files),
      /^transaction 1, UTC time \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\ntransaction 3, UTC time [-T:.\d]+\n$/,
    );
    await repository.close();
    await withLocal(PATH, { files }, async (again) => {
      await assert.rejects(again.destroy(), AppendOnlyRefusal);
      await assert.rejects(again.check({ repair: true }), AppendOnlyRefusal);
      assert.equal(await again.check(), true);
    });
    // Going back by hand: everything after transaction 1 is deleted.
    for (const name of files.list(PATH)) if (/\.3$/.test(name)) files.unlink(`${PATH}/${name}`);
    for (const segment of [2, 3]) files.unlink(`${PATH}/data/0/${segment}`);
    await withLocal(PATH, { files }, async (again) => assert.deepEqual(await again.list(), [id(1)]));
    assert.match(transactions(files), /transaction 3.*\ntransaction 1.*\n$/);
  });

  it("may be one for those only who open it so", async () => {
    const files = new MemoryFiles();
    await (await createLocal(PATH, { files })).close();
    await withLocal(PATH, { files, appendOnly: true }, async (repository) => {
      await repository.put(id(1), bytes(100));
      await repository.commit();
      await repository.delete(id(1));
      await repository.commit({ compact: true, threshold: 0 });
    });
    assert.equal(segments(files), "0 1 2 3");
    await withLocal(PATH, { files, appendOnly: false }, (repository) => repository.commit({ compact: true }));
    await withLocal(PATH, { files }, (repository) => repository.commit({ compact: true }));
    assert.equal(segments(files), "7");
    assert.match(transactions(files), /^transaction 1.*\ntransaction 3.*\n$/);
  });

  it("can be removed again by the one who makes it", async () => {
    const files = new MemoryFiles();
    const repository = await createLocal(PATH, { files, appendOnly: true });
    await repository.put(id(1), bytes(1));
    await repository.destroy();
    await repository.close();
    assert.deepEqual(files.list("/"), []);
  });
});

describe("rights", () => {
  it("to write come with the exclusive lock", async () => {
    const files = new MemoryFiles();
    const repository = await createLocal(PATH, { files });
    await repository.put(id(1), bytes(1));
    await repository.commit();
    await repository.close();
    for (const lock of ["none", "shared"] as const) {
      await withLocal(PATH, { files, lock }, async (reader) => {
        await assert.rejects(reader.put(id(2), bytes(1)), /exclusive lock/);
        await assert.rejects(reader.delete(id(1)), /exclusive lock/);
        await assert.rejects(reader.commit(), /exclusive lock/);
        await assert.rejects(reader.destroy(), /exclusive lock/);
        await assert.rejects(reader.check({ repair: true }), /exclusive lock/);
        await assert.rejects(reader.commitNonceReservation(1n, undefined), /exclusive lock/);
        assert.deepEqual(await reader.get(id(1)), bytes(1));
        await reader.saveKey(bytes(0));
      });
    }
  });

  it("to write can be had on the first write", async () => {
    const files = new MemoryFiles();
    await (await createLocal(PATH, { files })).close();
    const other = { hostId: "elsewhere@1", pid: 1 };
    await withLocal(PATH, { files, lock: "onWrite" }, async (first) => {
      assert.equal(await first.count(), 0);
      await withLocal(PATH, { files, lock: "onWrite", identity: other }, async (second) => {
        assert.equal(await second.count(), 0);
        await assert.rejects(second.put(id(1), bytes(1)), { code: "LockTimeout" });
      });
      await first.put(id(1), bytes(1));
      await first.commit();
      await assert.rejects(LocalRepository.open(PATH, accessOptions({ files, lock: "shared", identity: other })), {
        code: "LockTimeout",
      });
    });
    await withLocal(PATH, { files, lock: "shared" }, async (repository) => {
      assert.equal(await repository.count(), 1);
      await assert.rejects(repository.get(id(2)), ObjectNotFound);
    });
  });
});
