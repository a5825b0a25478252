import { check, compact, create, init, prune, recreate, remove, rename } from "./commands.ts";
import { FAULT_KINDS, type FaultKind } from "./faults.ts";
import { LOCATION, Machine, PATH } from "./machine.ts";
import type { Host } from "../../src/operations/host.ts";
import { quicken } from "./quick_key.ts";
import type { ModeName } from "../../src/crypto/modes.ts";
import { withLocalRepository } from "../../src/operations/opening.ts";

/** A command that changes a repository, for the moments of which something can happen. */
export interface Scenario {
  readonly name: string;
  /** What has to be there before. */
  prepare?(machine: Machine): Promise<void>;
  run(host: Host): Promise<unknown>;
  /** Archives that may be there if the command did not come to its end. */
  readonly between?: readonly (readonly string[])[];
  /** Nothing is there before, or something is wrong with it: what an unfinished run leaves is put right by another one. */
  readonly startsUnsound?: boolean;
}

export const SCENARIOS: readonly Scenario[] = [
  {
    name: "create with checkpoints",
    run: (host) => create(host, "new", [3, 10, 11], 4),
    between: [["one", "two", "three", "new.checkpoint"]],
  },
  { name: "delete", run: (host) => remove(host, ["one", "three"]) },
  {
    name: "delete with checkpoints",
    run: (host) => remove(host, ["one", "three"], 1),
    between: [["two", "three"]],
  },
  { name: "prune", run: (host) => prune(host) },
  {
    name: "compact",
    prepare: async (machine) => await remove(machine.host(), ["two"]),
    run: (host) => compact(host),
  },
  {
    name: "recreate",
    run: (host) => recreate(host, "two", "file3"),
    between: [["one", "two", "three", "two.recreate.checkpoint"]],
  },
  { name: "rename", run: (host) => rename(host, "two", "deux") },
  { name: "check", run: (host) => check(host) },
  { name: "check --repair", prepare: damage, run: (host) => check(host, true), startsUnsound: true },
];

/** A repair believes what it reads: that files end where reads do is promised by the layer below. */
export function kindsFor({ startsUnsound }: Scenario): readonly FaultKind[] {
  return startsUnsound ? FAULT_KINDS.filter((kind) => kind !== "short") : FAULT_KINDS;
}

/** A repository with three archives that share chunks, in many small segments. */
export async function populate(mode: ModeName): Promise<Machine> {
  const machine = new Machine();
  machine.files.makeDirectories("/");
  await init(machine.host(), mode);
  await withLocalRepository(machine.host(), LOCATION, { lock: "exclusive", lockWait: 0 }, (repository) => {
    const config = repository.readConfig();
    config.set("repository", "max_segment_size", "3000");
    config.set("repository", "segments_per_dir", "4");
    repository.writeConfig(config);
    return Promise.resolve();
  });
  quicken(machine.files, PATH, machine.base);
  await create(machine.host(), "one", [1, 2]);
  await create(machine.host(), "two", [2, 3, 4]);
  await create(machine.host(), "three", [4, 5]);
  return machine;
}

/** Loses index and hints, and damages a segment of contents. */
function damage({ files }: Machine): Promise<void> {
  for (const name of files.list(PATH)) if (/^(index|hints|integrity)\./.test(name)) files.unlink(`${PATH}/${name}`);
  const segments = files.list(`${PATH}/data/0`).map((name) => `${PATH}/data/0/${name}`);
  const victim = segments.find((path) => files.status(path)!.size > 2000)!;
  const handle = files.open(victim, "update");
  files.write(handle, [new Uint8Array(20).fill(0xee)], 1000);
  files.sync(handle);
  files.close(handle);
  return Promise.resolve();
}
