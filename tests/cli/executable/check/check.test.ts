import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { ours, type Outcome, type Program, Sandbox, theirs } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import type { StoredObject } from "../../../interop/segments.ts";
import { type ArchiveIds, createPatient, type DamagedRepository, MANIFEST } from "./damaged_repository.ts";

/** What there is to damage. */
interface Anatomy {
  readonly one: ArchiveIds;
  readonly two: ArchiveIds;
  /** The chunks of a large file, which both archives hold. */
  readonly large: readonly string[];
  /** Where one of them lies. */
  readonly place: StoredObject;
}

type Damage = (patient: DamagedRepository, anatomy: Anatomy) => void;
type Case = readonly [name: string, damage: Damage, ...args: string[]];

const FOREIGN = "ab".repeat(32);

/** Damages the segment in which a chunk of the large file lies. */
function segment(damage: (patient: DamagedRepository, path: string, offset: number) => void): Damage {
  return (patient, { place }) => damage(patient, patient.segment(place.segment), place.offset);
}

/** Writes `size` into the header of an entry. */
function size(value: number): Damage {
  return segment((patient, path, offset) => {
    const content = readFileSync(path);
    content.writeUInt32LE(value, offset + 4);
    patient.write(path, content);
  });
}

/** Damages index, hints or integrity file. */
function snapshot(
  kind: "index" | "hints" | "integrity",
  damage: (patient: DamagedRepository, path: string) => void,
): Damage {
  return (patient) => damage(patient, patient.snapshot(kind));
}

/** Edits the place of a chunk in the index, whose digest is lost. */
function indexEntry(edit: (content: Buffer, at: number) => void): Damage {
  return (patient, { large }) => {
    patient.lose(patient.snapshot("integrity"));
    const path = patient.snapshot("index");
    const content = readFileSync(path);
    edit(content, content.indexOf(Buffer.from(large[1]!, "hex")));
    patient.write(path, content);
  };
}

const nothing: Damage = () => {};
const loseManifest: Damage = (patient) => patient.deleteObject(MANIFEST);
const loseFileChunk: Damage = (patient, { large }) => patient.deleteObject(large[1]!);
const loseArchive: Damage = (patient, { two }) => patient.deleteObject(two.id);

/** What both programs find alike. */
const ALIKE: readonly Case[] = [
  ["nothing", nothing],
  ["a lost segment", segment((patient, path) => patient.lose(path))],
  ["a segment cut within data", segment((patient, path, offset) => patient.cut(path, offset + 100))],
  ["a segment cut within an id", segment((patient, path, offset) => patient.cut(path, offset + 20))],
  ["a segment cut within a header", segment((patient, path, offset) => patient.cut(path, offset + 5))],
  ["a segment cut within its magic", segment((patient, path) => patient.cut(path, 5))],
  ["flipped bits in data", segment((patient, path, offset) => patient.flip(path, offset + 200))],
  ["flipped bits in a checksum", segment((patient, path, offset) => patient.flip(path, offset))],
  ["flipped bits in a tag", segment((patient, path, offset) => patient.flip(path, offset + 8))],
  ["flipped bits in a magic", segment((patient, path) => patient.flip(path, 3))],
  ["too large a size", size(0xff000000)],
  ["too small a size", size(5)],
  ["another size", size(20)],
  ["a flipped index", snapshot("index", (patient, path) => patient.flip(path, 2000))],
  ["a flipped header of the index", snapshot("index", (patient, path) => patient.flip(path, 2))],
  ["a lost index", snapshot("index", (patient, path) => patient.lose(path))],
  ["flipped hints", snapshot("hints", (patient, path) => patient.flip(path, 10))],
  ["lost hints", snapshot("hints", (patient, path) => patient.lose(path))],
  ["lost digests", snapshot("integrity", (patient, path) => patient.lose(path))],
  [
    "an object that the index lacks",
    indexEntry((content, at) => {
      content.writeUInt32LE(0xfffffffe, at + 32);
      content.writeInt32LE(content.readInt32LE(8) - 1, 8);
    }),
  ],
  ["segments that were not committed", (patient) => {
    patient.write(patient.segment(patient.segments().at(-1)! + 1), readFileSync(patient.segment(0)));
  }],
  ["nothing at all", (patient) => {
    for (const number of patient.segments()) patient.lose(patient.segment(number));
    patient.lose(patient.snapshot("index"));
  }],
  ["a lost manifest", loseManifest],
  ["a damaged manifest", (patient) => patient.tamperWith(MANIFEST)],
  ["another thing in place of the manifest", (patient) => patient.replaceObject(MANIFEST, Buffer.from("garbage"))],
  ["a lost archive", loseArchive],
  ["another object in place of an archive", (patient, { two, large }) => {
    patient.replaceObject(two.id, patient.readObject(large[0]!));
  }],
  ["a lost first item chunk", (patient, { two }) => patient.deleteObject(two.items[0]!)],
  ["a lost item chunk", (patient, { two }) => patient.deleteObject(two.items[1]!)],
  ["a lost last item chunk", (patient, { two }) => patient.deleteObject(two.items.at(-1)!)],
  ["a lost file chunk", loseFileChunk],
  ["several lost file chunks", (patient, { large, two }) => {
    for (const id of [large[1]!, large[3]!, two.files.get("tree/folder/small3")![0]!]) patient.deleteObject(id);
  }],
  ["a superfluous object", (patient, { large }) => patient.replaceObject(FOREIGN, patient.readObject(large[0]!))],
  ["a superfluous thing", (patient) => patient.replaceObject(FOREIGN, Buffer.from("garbage"))],
  ["a damaged chunk without looking", (patient, { large }) => patient.tamperWith(large[1]!)],
  ["a damaged chunk", (patient, { large }) => patient.tamperWith(large[1]!), "--verify-data"],
  ["a damaged manifest, with all data", (patient) => patient.tamperWith(MANIFEST), "--verify-data"],
  ["a lost file chunk, with all data", loseFileChunk, "--verify-data"],
  ["another object in place of a chunk", (patient, { large }) => {
    patient.replaceObject(large[1]!, patient.readObject(large[0]!));
  }, "--verify-data"],
  [
    "flipped bits, with all data",
    segment((patient, path, offset) => patient.flip(path, offset + 200)),
    "--archives-only",
    "--verify-data",
  ],
  ["a lost segment among archives", segment((patient, path) => patient.lose(path)), "--archives-only"],
  ["a lost index among archives", snapshot("index", (patient, path) => patient.lose(path)), "--archives-only"],
  ["a lost archive that was not asked for", loseArchive, "--archives-only", "-a", "one"],
  ["a lost archive that was asked for", loseArchive, "--archives-only", "--last", "1"],
  ["a lost file chunk in the first archive", loseFileChunk, "--archives-only", "--sort-by", "name", "--first", "1"],
  ["a lost manifest, and no archive asked for", loseManifest, "--archives-only", "-a", "zzz"],
];

/** The same words for what one program puts in other words, or knows more of. */
const SYNONYMS: readonly (readonly [RegExp, string])[] = [
  [/(finished segment check) at segment .*/, "$1"],
  [/(chunk [0-9a-f]{64})(, integrity error)?: .*/, "$1 is damaged"],
  [/(Repository manifest is corrupted): .*/, "$1"],
  [/(\[segment \d+, offset \d+\]).*/, "$1"],
  [/(missing file chunk detected \(.*\)).*/, "$1"],
  [/ +$/, ""],
];

/** The messages of a run with `--log-json` and their levels, in no order. */
function findings({ status, stderr }: Outcome, path: string): string[] {
  const lines = stderr.replaceAll(path, "REPOSITORY").trimEnd().split("\n").flatMap((line) => {
    const { levelname, message } = JSON.parse(line) as { levelname: string; message: string };
    return message.split("\n").map((text) => `${levelname} ${text}`);
  });
  const plain = lines.map((line) => SYNONYMS.reduce((text, [from, to]) => text.replace(from, to), line));
  return [...plain.sort(), `status ${status}`];
}

describe("check beside BorgBackup", requirePeer("borg"), () => {
  const sandbox = new Sandbox();
  let healthy: DamagedRepository;
  let anatomy: Anatomy;

  before(() => {
    healthy = createPatient(sandbox, theirs, "repokey");
    const [one, two] = [healthy.ids("one"), healthy.ids("two")];
    const large = two.files.get("tree/folder/large")!;
    anatomy = { one, two, large, place: healthy.find(large[1]!) };
    assert.ok(two.items.length > 2 && large.length > 3, "several chunks each");
  });
  after(() => sandbox.remove());

  function damaged(damage: Damage): DamagedRepository {
    const patient = healthy.copyTo(sandbox.path("patient"));
    damage(patient, anatomy);
    return patient;
  }

  /** Checks a copy, so that nothing of it stays. */
  function run(program: Program, patient: DamagedRepository, args: readonly string[], suffix = "", env = {}): Outcome {
    const copy = patient.copyTo(sandbox.path("copy"));
    const base = sandbox.folder("base-both");
    return sandbox.run(program, ["check", ...args, `${copy.path}${suffix}`], { base, env });
  }

  function check(
    program: Program,
    patient: DamagedRepository,
    args: readonly string[],
    suffix = "",
    env = {},
  ): string[] {
    return findings(run(program, patient, ["-v", "--log-json", ...args], suffix, env), sandbox.path("copy"));
  }

  for (const [name, damage, ...args] of ALIKE) {
    it(`finds ${name}`, () => {
      const patient = damaged(damage);
      assert.deepEqual(check(ours, patient, args), check(theirs, patient, args));
    });
  }

  it("looks at the archive that is named", () => {
    for (const suffix of ["::one", "::two", "::missing"]) {
      const patient = damaged(loseArchive);
      const args = ["--archives-only"];
      assert.deepEqual(check(ours, patient, args, suffix), check(theirs, patient, args, suffix));
    }
  });

  it("knows files that were repaired, and those that can be healed", () => {
    const patient = damaged(loseFileChunk);
    sandbox.succeed(theirs, ["check", "--repair", patient.path], { env: { BORG_CHECK_I_KNOW_WHAT_I_AM_DOING: "YES" } });
    const args = ["--archives-only"];
    // BorgBackup 1.2 forgets to sign what it repairs.
    const env = { BORG_WORKAROUNDS: "ignore_invalid_archive_tam" };
    assert.match(run(ours, patient, args).stderr, /^Archive metadata block [0-9a-f]{64} is not accepted: /m);
    const repaired = check(ours, patient, args, "", env);
    assert.deepEqual(repaired, check(theirs, patient, args));
    assert.ok(repaired.some((line) => /still missing .* all-zero replacement chunk already\.$/.test(line)));
    const params = ["--chunker-params", "buzhash,12,16,14,4095"];
    sandbox.succeed(theirs, ["create", ...params, `${patient.path}::three`, "tree"]);
    const healable = check(ours, patient, args, "", env);
    assert.equal(healable.at(-1), "status 0");
    assert.ok(healable.some((line) => /there again .* With --repair, it would be healed\.$/.test(line)));
  });

  it("tells the same in JSON", () => {
    const patient = damaged(loseFileChunk);
    const args = ["-v", "--progress", "--log-json", "--verify-data"];
    const [own, other] = [ours, theirs].map((program) => events(run(program, patient, args)));
    assert.deepEqual(own, other);
  });

  it("goes on with a partial check where it stopped", () => {
    const patient = damaged((patient) => {
      const config = `${patient.path}/config`;
      patient.write(config, readFileSync(config, "utf8").replace("id =", "last_segment_checked = 3\nid ="));
    });
    const args = ["--repository-only", "--max-duration", "1000"];
    const own = check(ours, patient, args);
    assert.deepEqual(own, check(theirs, patient, args));
    assert.ok(own.includes("INFO skipping to segments >= 4"));
    for (const program of [ours, theirs]) {
      const copy = patient.copyTo(sandbox.path("partial"));
      sandbox.succeed(program, ["check", ...args, copy.path]);
      assert.ok(!readFileSync(`${copy.path}/config`, "utf8").includes("last_segment_checked"));
    }
  });

  describe("and better", () => {
    /** The warnings and errors that ours finds, and the status. */
    function find(damage: Damage, ...args: string[]): string[] {
      return check(ours, damaged(damage), args).filter((line) => !line.startsWith("INFO"));
    }

    it("finds objects that the index has in another place", () => {
      const found = find(indexEntry((content, at) => content.writeUInt32LE(8, at + 36)));
      const { segment, offset } = anatomy.place;
      const places = ` rebuilt index: (${segment}, ${offset}) *committed index: (${segment}, 8)`;
      const line = new RegExp(`^WARNING ID: ${anatomy.large[1]!}${places.replace(/[()]/g, "\\$&")}`);
      assert.match(found[1]!, line);
      assert.deepEqual([found[0], found[2]], ["ERROR Finished full repository check, errors found.", "status 1"]);
    });

    it("misses a lost commit, and does not throw away what tells of it", () => {
      const patient = damaged((patient) => patient.lose(patient.segment(patient.segments().at(-1)!)));
      for (let i = 0; i < 2; i++) {
        const { status, stderr } = sandbox.run(ours, ["check", patient.path]);
        assert.equal(status, 1);
        assert.match(stderr, /^The commit of transaction \d+, which has an index, is missing/m);
      }
    });

    it("does without digests that cannot be read", () => {
      const found = find(snapshot("integrity", (patient, path) => patient.flip(path, 10)));
      assert.match(found[0]!, /^WARNING Repository index missing or corrupted/);
      assert.deepEqual(found.slice(1), ["status 0"]);
    });

    it("goes on behind damaged metadata", () => {
      const archive = find((patient, { two }) => patient.tamperWith(two.id), "--archives-only");
      assert.match(
        archive.join("\n"),
        /^ERROR Archive metadata block [0-9a-f]{64} is corrupted: Data integrity error: /m,
      );
      const items = find((patient, { two }) => patient.tamperWith(two.items[1]!), "--archives-only");
      assert.match(items.join("\n"), /^ERROR Data integrity error: .* \[chunk: 000001_[0-9a-f]{64}\]$/m);
      const entry = find((patient, { two }) => {
        const { segment, offset } = patient.find(two.items[1]!);
        patient.flip(patient.segment(segment), offset + 100);
      }, "--archives-only");
      assert.match(entry.join("\n"), /^ERROR Data integrity error: Segment entry checksum mismatch \[segment .*\]/m);
      for (const found of [archive, items, entry]) assert.equal(found.at(-1), "status 1");
    });

    it("misses the objects of a lost segment when it reads all data", () => {
      const lost = segment((patient, path) => patient.lose(path));
      const found = find(lost, "--archives-only", "--verify-data");
      assert.ok(found.includes(`ERROR chunk ${anatomy.large[1]} is damaged`));
      assert.equal(found.at(-1), "status 1");
    });

    it("finds an object without a byte", () => {
      const found = find((patient, { large }) => patient.replaceObject(large[1]!, Buffer.alloc(0)), "--verify-data");
      assert.ok(found.includes(`ERROR chunk ${anatomy.large[1]} is damaged`));
      assert.equal(find((patient) => patient.replaceObject(MANIFEST, Buffer.alloc(0))).at(-1), "status 1");
    });
  });
});

/** What events tell, without times and names of loggers. Messages that 1.4 ends in another way are cut. */
function events({ stderr }: Outcome): unknown[] {
  return stderr.trimEnd().split("\n").map((line) => {
    const { time: _time, name: _name, ...event } = JSON.parse(line);
    if (event.message !== undefined) event.message = event.message.replace(/(detected \(.*\)).*/, "$1");
    return event;
  });
}
