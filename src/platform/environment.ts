import process from "node:process";
import { rawEnvironment } from "./raw_process.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment, with undecodable bytes as lone surrogates: Bun replaces them, Deno leaves such variables out. */
export function environment(): Record<string, string | undefined> {
  const values: Record<string, string | undefined> = { ...process.env };
  for (const line of rawEnvironment() ?? []) {
    if (line.isWellFormed()) continue;
    const [name, value] = splitAt(line, line.indexOf("="));
    if (values[name]?.includes("\uFFFD") ?? true) values[name] = value;
  }
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
