import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createContext } from "../../src/cli/create_context.ts";
import { ContextServerListener } from "../../src/cli/server_listener.ts";
import { encodeText } from "../../src/encoding/path.ts";
import { readServerLog } from "../../src/repository/remote/server_log.ts";
import { commonOptions } from "./common_options.ts";
import { fakeWorld } from "./fake_world.ts";

const LINES = [
  "$LOG INFO borg.serve Remote: old form",
  '{"type":"log_message","time":1.5,"message":"hello","levelname":"WARNING","name":"borg.repository"}',
  '{"type":"log_message","time":1.5,"message":"details","levelname":"DEBUG","name":"borg.debug.repository"}',
  '{"type":"progress_percent","message":"50%","finished":false,"operation":1}',
  '{"type":"progress_percent","finished":true,"operation":1}',
  '{"type":"news"}',
  "ssh: no route",
  "{broken",
];

async function shown(options: Parameters<typeof commonOptions>[0]): Promise<string[]> {
  const world = fakeWorld({});
  const context = createContext(world, commonOptions(options));
  await readServerLog(pieces(`${LINES.join("\n")}\n`), new ContextServerListener(context));
  return world.stderr.lines;
}

async function* pieces(text: string): AsyncGenerator<Uint8Array> {
  const bytes = encodeText(text);
  for (let at = 0; at < bytes.length; at += 7) yield await Promise.resolve(bytes.slice(at, at + 7));
}

describe("what a server tells", () => {
  it("is shown with a mark", async () => {
    assert.deepEqual(await shown({}), [
      "Remote: hello",
      "The server sent a message of an unknown kind: news",
      "Remote: ssh: no route",
      "Remote: {broken",
    ]);
  });

  it("is shown with its progress and its topics", async () => {
    const options = { logLevel: "info", progress: true, debugTopics: ["repository"] } as const;
    assert.deepEqual((await shown(options)).slice(0, 4), [
      "Remote: old form",
      "Remote: hello",
      "Remote: details",
      "Remote: 50%",
    ]);
  });

  it("is handed on as it came, with the mark, where JSON is wanted", async () => {
    const lines = (await shown({ logJson: true, progress: true })).map((line) => JSON.parse(line));
    assert.deepEqual(lines.slice(0, 3), [
      { type: "log_message", time: 1.5, message: "Remote: hello", levelname: "WARNING", name: "borg.repository" },
      { type: "progress_percent", message: "Remote: 50%", finished: false, operation: 1 },
      { type: "progress_percent", finished: true, operation: 1 },
    ]);
    assert.equal(lines[4].message, "Remote: ssh: no route");
    assert.equal(lines[4].levelname, "WARNING");
  });

  it("is not shown below the level that was asked for", async () => {
    assert.deepEqual(await shown({ logLevel: "error" }), ["Remote: ssh: no route", "Remote: {broken"]);
  });
});
