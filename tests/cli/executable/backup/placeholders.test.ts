import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { ours, theirs } from "../../../interop/harness.ts";
import { requirePeer } from "../../../interop/requirements.ts";
import { Pair } from "./pair.ts";
import { plant } from "./tree.ts";

describe("placeholders", requirePeer("borg"), () => {
  let pair: Pair;
  before(() => {
    pair = new Pair();
    plant(pair.source);
  });
  after(() => pair.remove());

  const TIMES = ["--timestamp", "2020-02-03T04:05:06"];

  it("stand for the machine, the user and the program", () => {
    const text = "{hostname} {fqdn} {reverse-fqdn} {user} {borgmajor} {{hostname}} {hostname:>30} {user:_^12}";
    pair.same(["create", "--comment", text, "@::machine", "e"]);
    const [mine, other] = [ours, theirs].map((program) => pair.dump(program, "machine")._meta["comment"]);
    assert.equal(mine, other);
    assert.match(String(mine), /^\S+ \S+ \S+ root 1 \{hostname\} +\S+ ____root____$/);
    pair.run(ours, [
      "create",
      "--comment",
      "{borgversion} {borgmajor} {borgminor} {borgpatch} {pid}",
      "@::version",
      "e",
    ]);
    assert.match(String(pair.dump(ours, "version")._meta["comment"]), /^1\.4\.\d+ 1 1\.4 1\.4\.\d+ \d+$/);
  });

  it("stand for the time of the archive", () => {
    const name = "{now} {now:%Y-%m-%d %H.%M.%S} {utcnow:%a %j %U %y} {now:%Y-W%V}";
    pair.same(["create", ...TIMES, `@::${name}`, "e"]);
    const list = pair.run(ours, ["list", "--short", "@"]).stdout;
    assert.match(list, /^2020-02-03T04:05:06 2020-02-03 04\.05\.06 Mon 034 05 20 2020-W06$/m);
  });

  it("stand for the time of the run where no other is given", () => {
    const before = Math.floor(Date.now() / 1000);
    pair.run(ours, ["create", "--comment", "{unixtime} {now:%s}", "@::run", "e"]);
    const [seconds, strftime] = String(pair.dump(ours, "run")._meta["comment"]).split(" ").map(Number);
    assert.ok(seconds! >= before && seconds! <= Date.now() / 1000, `${seconds}`);
    assert.ok(Math.abs(strftime! - seconds!) <= 1);
  });

  it("may be in what chooses archives, and in names of archives", () => {
    for (const args of [["create", "@::{user}-{hostname}-1", "e"], ["create", "@::{user}-{hostname}-2", "e"]]) {
      assert.equal(pair.same(args).status, 0);
    }
    for (
      const args of [
        ["list", "--short", "-a", "{user}-{hostname}-*", "@"],
        ["list", "--short", "-a", "{{*", "@"],
        ["rename", "@::{user}-{hostname}-1", "{user}-renamed"],
        ["delete", "@::{user}-{hostname}-2"],
        ["list", "--short", "-a", "{user}*", "@"],
        ["extract", "--dry-run", "--list", "@::{user}-renamed"],
      ]
    ) {
      assert.equal(pair.same(args).status, 0, args.join(" "));
    }
    assert.match(pair.run(ours, ["list", "--short", "-P", "{user}-", "@"]).stdout, /^root-renamed$/m);
  });

  it("that are not known are an error", () => {
    for (const text of ["{nope}", "{now", "now}", "{}", "{0}", "{now!x}", "{user.real}", "{now:%Y"]) {
      const [mine, other] = [ours, theirs].map((program) => pair.run(program, ["create", `@::x${text}`, "e"]));
      assert.deepEqual([mine!.status, mine!.stdout], [other!.status, other!.stdout], text);
      assert.equal(mine!.status, 2);
      assert.doesNotMatch(mine!.stderr, /^ +at /m);
    }
  });
});
