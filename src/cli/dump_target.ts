import { withNewFile } from "../platform/whole_file.ts";
import { BufferedOutput } from "./buffered_output.ts";
import type { Context, Output } from "./context.ts";

/** Hands over where a dump goes: a file that is made or emptied, or standard output for `-`. */
export async function dumpTo(
  path: string,
  { stdout }: Pick<Context, "stdout">,
  use: (output: Pick<Output, "write">) => Promise<void>,
): Promise<void> {
  if (path === "-") return await use(stdout);
  await withNewFile(path, async (write) => {
    const output = new BufferedOutput(write, true);
    await use(output);
    output.flush();
  });
}
