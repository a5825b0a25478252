import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Contestant } from "./contestant.ts";
import { measure } from "./measure.ts";

const FILES = 100;
const DAY = 86_400_000;

/** A repository of `count` archives, a day apart, in each of which one of a hundred files is another one than before. */
export async function writeHistory(contestant: Contestant, folder: string, count: number): Promise<string> {
  mkdirSync(folder);
  for (let i = 0; i < FILES; i++) writeFileSync(join(folder, `file-${i}`), `file ${i}`);
  await contestant.renew("history", "repokey-blake2");
  const path = contestant.repository("history");
  for (let i = 0; i < count; i++) {
    writeFileSync(join(folder, `file-${i % FILES}`), `file ${i} of day ${i}`);
    const timestamp = new Date(Date.UTC(2020, 0, 1) + i * DAY).toISOString().slice(0, 19);
    await measure(contestant.command(["create", "--timestamp", timestamp, `${path}::day-${i}`, "."], folder));
  }
  return path;
}
