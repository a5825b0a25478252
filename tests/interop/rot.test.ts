import { after, before, describe, it } from "node:test";
import type { ModeName } from "../../src/crypto/modes.ts";
import { type Machine, PATH } from "../torture/machine.ts";
import { tryRot } from "../torture/rot.ts";
import { populate } from "../torture/scenarios.ts";
import { writeOut } from "../torture/write_out.ts";
import { readState, type State } from "../torture/state.ts";
import { Sandbox, theirs } from "./harness.ts";
import { requirePeer } from "./requirements.ts";

describe("what a repair leaves is sound to BorgBackup", requirePeer("borg"), () => {
  for (const mode of ["none", "repokey-blake2", "keyfile"] satisfies ModeName[]) {
    describe(`in mode ${mode}`, () => {
      const sandbox = new Sandbox();
      let template: Machine;
      let original: State;
      before(async () => {
        template = await populate(mode);
        original = await readState(template);
      });
      after(() => {
        template.remove();
        sandbox.remove();
      });

      for (const [i, name] of (["flip a byte", "lose a file", "swap segments"] as const).entries()) {
        it(`after "${name}"`, async () => {
          await tryRot(template, original, name, 60 + i, ({ files, base }) => {
            const path = sandbox.path(`repaired-${i}`);
            writeOut(files, PATH, path);
            sandbox.succeed(theirs, ["check", "--verify-data", path], { base, env: { BORG_PASSPHRASE: "secret" } });
          });
        });
      }
    });
  }
});
