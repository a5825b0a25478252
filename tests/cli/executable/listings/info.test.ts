import { after, before, describe, it } from "node:test";
import { requirePeer } from "../../../interop/requirements.ts";
import { plant } from "./plant.ts";
import { Twin } from "./twin.ts";

/** BorgBackup 1.2 does not know the working directory, and counts metadata in the size of an archive. */
function withoutNews(text: string): string {
  return text.split("\n").filter((line) => !/^(Working Directory|This archive):|"cwd":|"deduplicated_size":/.test(line))
    .map((line) => line.replace(/"compressed_size": \d+,$/, '"compressed_size": X')).join("\n");
}

const REPOSITORY: readonly string[][] = [
  ["repo"],
  ["--iec", "repo"],
  ["--json", "repo"],
  ["--sort-by", "name", "repo"],
  ["-a", "nothing", "repo"],
  ["-a", "nothing", "--json", "repo"],
  ["repo::missing"],
  ["--bypass-lock", "repo"],
  ["nowhere"],
];

const ARCHIVES: readonly string[][] = [
  ["repo::a1"],
  ["--iec", "-a", "a*", "repo"],
  ["--last", "2", "repo"],
  ["--first", "1", "--sort-by", "id", "--json", "repo"],
  ["--json", "repo::a2"],
  ["repo::c.checkpoint"],
];

for (const mode of ["none", "keyfile-blake2"]) {
  describe(`info prints what BorgBackup prints, mode ${mode}`, requirePeer("borg"), () => {
    let twin: Twin;
    before(() => {
      twin = new Twin();
      plant(twin.sandbox.path("tree"));
      twin.prepare(["init", "-e", mode, "repo"]);
      twin.prepare(["create", "--comment", "ü 'q'", "--timestamp", "2024-05-02T03:04:05", "repo::a1", "tree"]);
      twin.prepare(["create", "--timestamp", "2024-03-02T03:04:05", "repo::a2", "tree/a", "tree/d/big"]);
      twin.prepare(["create", "repo::c.checkpoint", "tree/a"]);
      twin.freeze();
    });
    after(() => twin.remove());

    for (const args of REPOSITORY) it(args.join(" "), () => void twin.same(["info", ...args]));
    for (const args of ARCHIVES) {
      it(args.join(" "), () => void twin.sameBut({ edit: withoutNews }, ["info", ...args]));
    }
    it("builds the cache when there is none", () => {
      twin.same(["delete", "--cache-only", "repo"], ["info", "repo"], ["info", "--json", "repo"]);
    });
  });
}
