import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { ACCEPTED, REFUSED } from "../cli/timestamp_forms.ts";
import { ours, Sandbox, theirs } from "./harness.ts";
import { requirePeer } from "./requirements.ts";

for (const program of [theirs, ours]) {
  describe(`--timestamp, ${program.name}`, requirePeer("borg"), () => {
    const sandbox = new Sandbox();
    const repository = sandbox.path("repo");
    const create = (name: string, timestamp: string) =>
      sandbox.run(program, ["create", "--timestamp", timestamp, `${repository}::${name}`, sandbox.folder("empty")]);

    before(() => void sandbox.succeed(program, ["init", "-e", "none", repository]));
    after(() => sandbox.remove());

    it("takes the same values", () => {
      for (const [i, [text]] of ACCEPTED.entries()) assert.equal(create(`${i}`, text).status, 0, text);
      const list = ["list", "--json", repository];
      const { archives } = JSON.parse(sandbox.succeed(program, list)) as { archives: { name: string; time: string }[] };
      const times = new Map(archives.map(({ name, time }) => [name, time]));
      for (const [i, [text, time]] of ACCEPTED.entries()) assert.equal(times.get(`${i}`), `${time}.000000`, text);
    });

    it("refuses the same values", () => {
      for (const text of REFUSED) {
        const { status, stderr } = create("refused", text);
        assert.equal(status, 2, text);
        assert.ok(stderr.includes(`argument --timestamp: invalid timestamp value: '${text}'`), `${text}\n${stderr}`);
      }
    });
  });
}
