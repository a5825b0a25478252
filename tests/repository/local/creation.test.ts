import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { describe, it } from "node:test";
import { toHex } from "../../../src/encoding/bytes.ts";
import { Ini } from "../../../src/encoding/ini.ts";
import { decodeText, encodeText } from "../../../src/encoding/path.ts";
import { InvalidRepositoryConfig } from "../../../src/repository/errors.ts";
import { interpretConfig, newConfig, readConfig, writeConfig } from "../../../src/repository/local/config.ts";
import { writeSynced } from "../../../src/repository/local/durable.ts";
import { readWhole } from "../../../src/repository/local/files.ts";
import { LocalRepository } from "../../../src/repository/local/local_repository.ts";
import { nodeFiles } from "../../../src/repository/local/node_files.ts";
import { SILENT } from "../../../src/repository/listener.ts";
import { FileError, MemoryFiles } from "../memory_files.ts";
import { accessOptions, bytes, createLocal, id, Recorder, withLocal, withScratch } from "../scratch.ts";

const PATH = "/repository";

function rejectsWith(action: Promise<unknown>, code: string, path: string): Promise<void> {
  return assert.rejects(action, (error: unknown) => {
    const { code: found, data } = error as { code: string; data: unknown[] };
    assert.deepEqual([found, data[0]], [`Repository.${code}`, path]);
    return true;
  });
}

describe("a new repository", () => {
  it("has the files of the format", () =>
    withScratch(async (scratch) => {
      const path = join(scratch, "new");
      const repository = await createLocal(path, { storageQuota: 12_000_000, appendOnly: true });
      await repository.close();
      assert.deepEqual(readdirSync(path).sort(), ["README", "config", "data"]);
      const readme = "This is a Borg Backup repository.\nSee https://borgbackup.readthedocs.io/\n";
      assert.equal(readFileSync(join(path, "README"), "utf8"), readme);
      assert.match(
        readFileSync(join(path, "config"), "utf8"),
        /^\[repository\]\nversion = 1\nsegments_per_dir = 1000\nmax_segment_size = 524288000\nappend_only = 1\nstorage_quota = 12000000\nadditional_free_space = 0\nid = [0-9a-f]{64}\n\n$/,
      );
    }));

  it("has an id of its own", async () => {
    const [first, second] = [
      await createLocal("/a", { files: new MemoryFiles() }),
      await createLocal("/b", { files: new MemoryFiles() }),
    ];
    assert.notDeepEqual(first.id, second.id);
  });

  it("may be made in an empty directory", () =>
    withScratch(async (scratch) => {
      await (await createLocal(scratch)).close();
      assert.ok(readdirSync(scratch).includes("config"));
    }));

  it("is refused where something is", () =>
    withScratch(async (scratch) => {
      const path = join(scratch, "repository");
      await (await createLocal(path)).close();
      await rejectsWith(createLocal(path), "AlreadyExists", path);
      await rejectsWith(createLocal(join(path, "data")), "AlreadyExists", path);
      await rejectsWith(createLocal(join(path, "data", "x", "y"), { makeParentDirs: true }), "AlreadyExists", path);
      mkdirSync(join(scratch, "full", "inner"), { recursive: true });
      await rejectsWith(createLocal(join(scratch, "full")), "PathAlreadyExists", join(scratch, "full"));
      writeFileSync(join(scratch, "file"), "");
      await rejectsWith(createLocal(join(scratch, "file")), "PathAlreadyExists", join(scratch, "file"));
      symlinkSync(path, join(scratch, "link"));
      await rejectsWith(createLocal(join(scratch, "link")), "AlreadyExists", join(scratch, "link"));
      mkdirSync(join(scratch, "old"));
      writeFileSync(join(scratch, "old", "README"), "This is a Borg repository\n");
      await rejectsWith(createLocal(join(scratch, "old")), "AlreadyExists", join(scratch, "old"));
    }));

  it("needs the directory above, unless that may be made", () =>
    withScratch(async (scratch) => {
      const path = join(scratch, "a", "b", "c");
      await rejectsWith(createLocal(path), "ParentPathDoesNotExist", path);
      await (await createLocal(path, { makeParentDirs: true })).close();
      assert.ok(statSync(join(path, "data")).isDirectory());
    }));

  it("says when the system refuses", async () => {
    const files = new MemoryFiles();
    files.makeDirectory = (path) => {
      throw new FileError("EACCES", path);
    };
    await rejectsWith(createLocal(PATH, { files }), "PathPermissionDenied", PATH);
  });

  it("can have any bytes in its name", () =>
    withScratch(async (scratch) => {
      const path = `${scratch}/näme\udcff`;
      await (await createLocal(path, { files: nodeFiles })).close();
      // In Deno node:fs cannot name such files: there they get another name, and only the rest of this holds.
      const names = readdirSync(scratch, { encoding: "buffer" }).map(toHex);
      if (!("deno" in process.versions)) assert.deepEqual(names, ["6ec3a46d65ff"]);
      await withLocal(path, { files: nodeFiles }, async (repository) => {
        assert.equal(repository.path, path);
        await repository.put(id(1), bytes(1));
        await repository.commit();
        await repository.destroy();
      });
      assert.deepEqual(readdirSync(scratch), []);
    }));
});

describe("opening", () => {
  const open = (path: string) => LocalRepository.open(path, accessOptions());

  it("needs a repository", () =>
    withScratch(async (scratch) => {
      await rejectsWith(open(join(scratch, "none")), "DoesNotExist", join(scratch, "none"));
      writeFileSync(join(scratch, "file"), "");
      await rejectsWith(open(join(scratch, "file")), "InvalidRepository", join(scratch, "file"));
      await rejectsWith(open(scratch), "InvalidRepository", scratch);
      assert.deepEqual(readdirSync(scratch), ["file"]);
    }));

  it("leaves no lock when it fails", () =>
    withScratch(async (scratch) => {
      const path = join(scratch, "repository");
      await (await createLocal(path)).close();
      writeFileSync(join(path, "config"), "[repository]\nversion = 2\n");
      await rejectsWith(open(path), "InvalidRepositoryConfig", path);
      assert.deepEqual(readdirSync(path).sort(), ["README", "config", "data"]);
    }));

  it("knows Attic", () =>
    withScratch(async (scratch) => {
      const path = join(scratch, "repository");
      await (await createLocal(path)).close();
      mkdirSync(join(path, "data", "0"));
      writeFileSync(join(path, "data", "0", "0"), "ATTICSEG");
      await rejectsWith(open(path), "AtticRepository", path);
    }));
});

describe("the configuration", () => {
  const base = newConfig({ appendOnly: false, storageQuota: 0 }).format();
  const meaning = (text: string) => interpretConfig(Ini.parse(text), PATH);

  it("means what BorgBackup takes it to mean", () => {
    const config = meaning(
      base.replace("append_only = 0", "append_only = Yes").replace("storage_quota = 0", "storage_quota = 1.5G")
        .replace("max_segment_size = 524288000", "max_segment_size = 20M"),
    );
    assert.equal(config.appendOnly, true);
    assert.equal(config.storageQuota, 1.5e9);
    assert.equal(config.maxSegmentSize, 2e7);
    assert.equal(config.id.length, 32);
    const short = meaning(base.replace(/^(append_only|storage_quota|additional_free_space).*\n/gm, ""));
    assert.deepEqual([short.appendOnly, short.storageQuota, short.additionalFreeSpace], [false, 0, 0]);
  });

  it("is refused when it is impossible", () => {
    const bad = [
      "",
      "[other]\n",
      base.replace("version = 1", "version = 2"),
      base.replace("version = 1", "version = x"),
      base.replace(/^version.*\n/m, ""),
      base.replace(/^segments_per_dir.*\n/m, ""),
      base.replace("segments_per_dir = 1000", "segments_per_dir = 0"),
      base.replace(/^max_segment_size.*\n/m, ""),
      base.replace("524288000", "4273995776"),
      base.replace("524288000", "much"),
      base.replace("append_only = 0", "append_only = maybe"),
      base.replace("storage_quota = 0", "storage_quota = -1"),
      base.replace(/^id = ../m, "id = "),
      base.replace(/^id = ../m, "id = xx"),
      base.replace(/^id.*\n/m, ""),
    ];
    for (const text of bad) assert.throws(() => meaning(text), InvalidRepositoryConfig, text);
    assert.equal(meaning(base.replace("524288000", "4273995775")).maxSegmentSize, 4273995775);
  });

  it("is replaced at once, and the old one overwritten", async () => {
    const files = new MemoryFiles();
    await (await createLocal(PATH, { files })).close();
    const config = readConfig(files, PATH);
    config.set("repository", "key", "line 1\nline 2");
    config.set("repository", "unknown", "kept");
    const erased: Uint8Array[] = [];
    const write = files.write.bind(files);
    files.write = (handle, parts, position) => {
      erased.push(...parts);
      write(handle, parts, position);
    };
    const before = readWhole(files, `${PATH}/config`);
    writeConfig(files, PATH, config, SILENT);
    assert.deepEqual(files.list(PATH).sort(), ["README", "config", "data"]);
    assert.match(decodeText(readWhole(files, `${PATH}/config`)), /key = line 1\n\tline 2\nunknown = kept\n\n$/);
    assert.equal(erased.at(-1)!.length, before.length);
    assert.notDeepEqual(erased.at(-1), before);
  });

  it("is replaced where there are no hard links, with a warning", async () => {
    const files = new MemoryFiles();
    await (await createLocal(PATH, { files })).close();
    files.link = (path) => {
      throw new FileError("EPERM", path);
    };
    const listener = new Recorder();
    const config = readConfig(files, PATH);
    config.set("repository", "append_only", "1");
    writeConfig(files, PATH, config, listener);
    assert.deepEqual(listener.names, ["config.notErased"]);
    assert.equal(readConfig(files, PATH).get("repository", "append_only"), "1");
  });

  it("is not hindered by what an interrupted change left", async () => {
    const files = new MemoryFiles();
    await (await createLocal(PATH, { files })).close();
    files.link(`${PATH}/config`, `${PATH}/config.old`);
    writeConfig(files, PATH, readConfig(files, PATH), SILENT);
    writeSynced(files, `${PATH}/config.old`, encodeText("old"));
    writeConfig(files, PATH, readConfig(files, PATH), SILENT);
    assert.deepEqual(files.list(PATH).sort(), ["README", "config", "data"]);
    assert.equal(interpretConfig(readConfig(files, PATH), PATH).id.length, 32);
  });

  it("is not replaced by one with which the repository could not be read", async () => {
    const files = new MemoryFiles();
    await (await createLocal(PATH, { files })).close();
    await withLocal(PATH, { files }, async (repository) => {
      for (let i = 0; i < 3; i++) {
        await repository.put(id(i), bytes(10));
        await repository.commit();
      }
      const changed = (name: string, value?: string) => {
        const config = repository.readConfig();
        if (value === undefined) config.delete("repository", name);
        else config.set("repository", name, value);
        return () => repository.writeConfig(config);
      };
      for (const name of ["id", "segments_per_dir", "max_segment_size", "version"]) {
        assert.throws(changed(name), InvalidRepositoryConfig);
      }
      assert.throws(
        changed("segments_per_dir", "5"),
        InvalidRepositoryConfig,
        "segment 5 would be in another directory",
      );
      assert.equal(repository.readConfig().get("repository", "segments_per_dir"), "1000");
      changed("segments_per_dir", "6")();
      assert.equal(repository.readConfig().get("repository", "segments_per_dir"), "6");
    });
  });
});
