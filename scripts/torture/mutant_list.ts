/** A text in a source file, and what it is replaced by. */
export interface Patch {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** A mistake in the program, and a test that must notice it. */
export interface Mutant {
  readonly kind: string;
  readonly name: string;
  readonly patches: readonly Patch[];
  readonly test: string;
  /** Which of the tests in the file: a pattern of their names. Default: all. */
  readonly only?: string;
  /** Try each so many moments, where the test tries some of many. */
  readonly stride?: number;
}

const DURABLE = "src/repository/local/durable.ts";
const WRITER = "src/repository/local/segment_writer.ts";
const PRIVATE = "src/crypto/private_file.ts";
const HOLDER = "src/repository/locking/holder.ts";
const NONCE = "src/crypto/nonce.ts";
const ID = "src/crypto/id.ts";
const SALVAGE = "src/archive/salvage.ts";

const POWER_TEST = "tests/torture/power.test.ts";
const RUNS_TEST = "tests/cli/executable/torture/whole_run.test.ts";
const ROT_TEST = "tests/torture/rot.test.ts";
const ITEMS_TEST = "tests/torture/lost_items.test.ts";
const STALE_TEST = "tests/cli/executable/torture/stale_locks.test.ts";
const NONCES_TEST = "tests/torture/nonces.test.ts";
const SECRETS_TEST = "tests/cli/executable/secrets/secrets.test.ts";
const PAIRS_TEST = "tests/cli/executable/torture/concurrency.test.ts";
const FUZZ_TEST = "tests/torture/fuzz.test.ts";
const HOSTILE_TEST = "tests/cli/executable/torture/hostile.test.ts";

const NO_IDS: Patch = { file: ID, from: "if (material.unchecked || equal(id, computed)) return;", to: "return;" };
const NO_MACS: Patch = {
  file: "src/crypto/envelope.ts",
  from: "if (timingSafeEqual(object.slice(MAC_AT, IV_AT), mac)) return;",
  to: "return;",
};

export const MUTANTS: readonly Mutant[] = [
  {
    kind: "power",
    name: "files are renamed before their content is on the disk",
    patches: [{ file: DURABLE, from: "    files.sync(handle);\n", to: "" }],
    test: RUNS_TEST,
    only: "mode repokey (create|key change-passphrase)",
    stride: 9,
  },
  {
    kind: "power",
    name: "segments are not synced",
    patches: [{ file: WRITER, from: "    this.files.sync(this.#handle!);\n", to: "" }],
    test: POWER_TEST,
    only: "before or after the command create with checkpoints, power",
  },
  {
    kind: "power",
    name: "the names of segments are not synced",
    patches: [{
      file: WRITER,
      from: "    this.files.syncDirectory(this.segments.directoryOf(this.#segment));\n",
      to: "",
    }],
    test: POWER_TEST,
    only: "before or after the command .*, power",
  },
  {
    kind: "runs",
    name: "key files and marks are renamed before their content is on the disk",
    patches: [{ file: PRIVATE, from: "    fsyncSync(file);\n", to: "" }],
    test: RUNS_TEST,
    only: "mode keyfile-blake2 (key change-passphrase|create)",
    stride: 9,
  },
  {
    kind: "runs",
    name: "files are written in place",
    patches: [{ file: DURABLE, from: "const temporary = temporaryName(path);", to: "const temporary = path;" }],
    test: RUNS_TEST,
    only: "mode repokey key change-passphrase",
    stride: 1,
  },
  {
    kind: "kill",
    name: "locks of the dead are obstacles",
    patches: [{ file: HOLDER, from: " && holder.thread === 0 && !isAlive(holder.pid)", to: " && false" }],
    test: STALE_TEST,
    only: "is no obstacle",
  },
  {
    kind: "kill",
    name: "locks of other machines are broken",
    patches: [{ file: HOLDER, from: "holder.hostId === identity.hostId && ", to: "" }],
    test: STALE_TEST,
    only: "of another machine",
  },
  {
    kind: "kill",
    name: "locks of the living are broken",
    patches: [{ file: HOLDER, from: "&& !isAlive(holder.pid)", to: "" }],
    test: STALE_TEST,
    only: "that lives",
  },
  {
    kind: "rot",
    name: "plaintexts are not compared with their ids",
    patches: [NO_IDS],
    test: ROT_TEST,
    only: "mode (none|authenticated)$",
  },
  {
    kind: "rot",
    name: "objects are not authenticated",
    patches: [NO_MACS, NO_IDS],
    test: ROT_TEST,
    only: "mode repokey",
  },
  {
    kind: "rot",
    name: "checksums of entries are not looked at",
    patches: [
      { file: "src/repository/local/entry.ts", from: "return crc32(entry.subarray(4)) ===", to: "return true ||" },
      {
        file: "src/repository/local/object_reader.ts",
        from: "crc32(data, headSum) !== parseHeader(this.#probe).crc",
        to: "headSum < 0",
      },
      NO_IDS,
    ],
    test: ROT_TEST,
    only: "mode none",
  },
  {
    kind: "rot",
    name: "a repair gives up the items behind a lost chunk of them",
    patches: [{ file: "src/operations/check/damaged_items.ts", from: "else salvage.resync();", to: "else break;" }],
    test: ITEMS_TEST,
  },
  {
    kind: "rot",
    name: "a repair takes for an item what is behind a lost chunk",
    patches: [{
      file: SALVAGE,
      from: "    this.#keep(new Uint8Array(0));\n    this.#searching = true;\n",
      to: "    this.#keep(new Uint8Array(0));\n",
    }],
    test: ITEMS_TEST,
  },
  {
    kind: "rot",
    name: "a repair joins the halves of two items at a lost chunk",
    patches: [{
      file: SALVAGE,
      from: "    this.#keep(new Uint8Array(0));\n    this.#searching = true;\n",
      to: "",
    }],
    test: ITEMS_TEST,
  },
  {
    kind: "fuzz",
    name: "a decoder believes what it is told of lengths",
    patches: [{
      file: "src/encoding/msgpack.ts",
      from: "    if (end > this.#bytes.length) throw new MsgpackTruncated(end);\n",
      to: "",
    }],
    test: FUZZ_TEST,
  },
  {
    kind: "fuzz",
    name: "an index may say that it has any number of buckets",
    patches: [{
      file: "src/encoding/hash_index_file.ts",
      from: "buckets < 1 || entries < 0 || entries > buckets",
      to: "false",
    }],
    test: FUZZ_TEST,
  },
  {
    kind: "nonces",
    name: "reservations are not kept",
    patches: [{
      file: NONCE,
      from: "    await this.#store.commitNonceReservation(end, stored);\n    this.#writeLocal(end, local);\n",
      to: "",
    }],
    test: NONCES_TEST,
  },
  {
    kind: "nonces",
    name: "reservations are kept by the repository alone",
    patches: [{ file: NONCE, from: "    this.#writeLocal(end, local);\n", to: "" }],
    test: NONCES_TEST,
    only: "own mark was lost",
  },
  {
    kind: "nonces",
    name: "the client does not look at its own mark",
    patches: [{ file: NONCE, from: "local ?? 0n, ", to: "" }],
    test: NONCES_TEST,
    only: "the repository was restored",
  },
  {
    kind: "nonces",
    name: "reservations are kept by the client alone",
    patches: [{ file: NONCE, from: "    await this.#store.commitNonceReservation(end, stored);\n", to: "" }],
    test: NONCES_TEST,
    only: "killed in turns",
  },
  {
    kind: "nonces",
    name: "objects share a counter value with their neighbours",
    patches: [{ file: NONCE, from: "this.#next += blocks;", to: "this.#next += blocks - 1n;" }],
    test: NONCES_TEST,
    only: "two clients in turns",
  },
  {
    kind: "secrets",
    name: "key files can be read by everybody",
    patches: [{ file: PRIVATE, from: "constants.O_EXCL, 0o600", to: "constants.O_EXCL, 0o644" }],
    test: SECRETS_TEST,
    only: "never readable",
  },
  {
    kind: "secrets",
    name: "folders of secrets are open",
    patches: [{ file: PRIVATE, from: "recursive: true, mode: 0o700", to: "recursive: true, mode: 0o755" }],
    test: SECRETS_TEST,
    only: "never readable",
  },
  {
    kind: "secrets",
    name: "passphrases are said aloud",
    patches: [{
      file: "src/crypto/passphrase.ts",
      from: "if (configured !== undefined) return attempt(configured)",
      to: "console.error(configured);\n    if (configured !== undefined) return attempt(configured)",
    }],
    test: SECRETS_TEST,
    only: "in no output",
  },
  {
    kind: "secrets",
    name: "other programs are told the passphrase",
    patches: [{
      file: "src/platform/environment.ts",
      from: "const { BORG_PASSPHRASE: _, ...rest } = values;",
      to: "const rest = values;",
    }],
    test: SECRETS_TEST,
    only: "other programs",
  },
  {
    kind: "concurrency",
    name: "whoever wants the lock gets it",
    patches: [{
      file: "src/repository/locking/lock_directory.ts",
      from: "(this.#removeStale() && this.#moveIntoPlace());",
      to: "true;",
    }],
    test: PAIRS_TEST,
    only: "newer new. waits for",
  },
  {
    kind: "concurrency",
    name: "readers do not keep writers out",
    patches: [{
      file: "src/repository/lock.ts",
      from: 'exclusive = !this.#roster.has("shared");',
      to: "exclusive = true;",
    }],
    test: STALE_TEST,
    only: "here stays when a process of another machine shares it",
  },
  {
    kind: "hostile",
    name: "paths may lead out of the folder that is extracted into",
    patches: [{
      file: "src/operations/extract/destination.ts",
      from: 'itemPath.split("/").includes("..")) throw refusal();',
      to: "false) throw refusal();",
    }],
    test: HOSTILE_TEST,
    only: "writes nothing outside",
  },
  {
    kind: "hostile",
    name: "links are followed on the way to what is extracted",
    patches: [{
      file: "src/operations/extract/destination.ts",
      from: '      if (stat && fileType(stat.mode) !== "directory") throw refusal(parent);\n',
      to: "",
    }],
    test: HOSTILE_TEST,
    only: "writes nothing outside",
  },
  {
    kind: "hostile",
    name: "values may be nested without end",
    patches: [{
      file: "src/encoding/msgpack.ts",
      from: '    if (depth > MAX_DEPTH) throw new MsgpackError("values are nested too deeply");\n',
      to: "",
    }],
    test: "tests/archive/salvage.test.ts",
    only: "cannot be read",
  },
];
