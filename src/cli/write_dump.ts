import type { Dump } from "../operations/debug/dump.ts";
import { writeWholeFile } from "../platform/whole_file.ts";
import type { Context } from "./context.ts";

/** Makes a file in the current directory, and says so. */
export async function writeDump({ name, data }: Dump, { stdout }: Pick<Context, "stdout">): Promise<void> {
  stdout.write(`Dumping ${name}\n`);
  await writeWholeFile(name, data);
}
