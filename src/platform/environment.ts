import process from "node:process";
import { rawEnvironment } from "./raw_process.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment, with undecodable bytes as lone surrogates where the runtime replaced them. */
export function environment(): Record<string, string | undefined> {
  const values = { ...process.env };
  const damaged = Object.keys(values).filter((name) => values[name]!.includes("\uFFFD"));
  if (damaged.length === 0) return values;
  const raw = new Map((rawEnvironment() ?? []).map((line) => splitAt(line, line.indexOf("="))));
  for (const name of damaged) values[name] = raw.get(name) ?? values[name];
  return values;
}

/** What child processes get: no passphrase, and the version of the program that starts them. */
export function childEnvironment(values: Environment, version: string): Record<string, string | undefined> {
  const { BORG_PASSPHRASE: _, ...rest } = values;
  return { ...rest, BORG_VERSION: version };
}

function splitAt(line: string, position: number): [name: string, value: string] {
  return [line.slice(0, position), line.slice(position + 1)];
}
