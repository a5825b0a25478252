import { after, before, describe, it } from "node:test";
import { chances } from "../../../repository/memory_files.ts";
import { COMMANDS, type Killed, Killing } from "./victim.ts";

describe("a repository whose user is killed", () => {
  let killing: Killing;
  before(() => {
    killing = new Killing();
  });
  after(() => killing.remove());

  for (const [i, command] of COMMANDS.entries()) {
    const killed = (["local", "client", "server"] as Killed[])[i % 3]!;
    it(`is in order after ${command.name}, ${killed}`, async () => {
      const chance = chances(i);
      await killing.kill(command, killed, chance);
    });
  }
});
