import { Buffer } from "node:buffer";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import asc from "assemblyscript/asc";
import { projectRoot } from "./programs.ts";

const SOURCES = ["blake2b", "buzhash", "lz4", "xxh64", "zeros"].map((name) => `wasm/assembly/${name}.ts`);
const TARGET = join(projectRoot, "wasm", "generated.ts");

/** `--memoryBase` is STATIC and three pages hold HEAP and two pieces: see wasm/layout.ts. */
const OPTIONS = ["-O3", "--noAssert", "--runtime", "stub", "--enable", "bulk-memory"]
  .concat("--memoryBase", "1024", "--initialMemory", "3", "--outFile", "kernels.wasm")
  .concat("--baseDir", projectRoot);

/** The text of wasm/generated.ts for the sources as they are; the same sources always give the same text. */
export async function buildKernels(): Promise<string> {
  return [
    "/** Built by scripts/wasm.ts from wasm/assembly/; not edited by hand. Base64 with line breaks. */",
    constantText("KERNELS", await compile(["--enable", "simd"])),
    "",
    "/** The same without vector instructions. */",
    constantText("PLAIN_KERNELS", await compile(["--disable", "simd"])),
    "",
  ].join("\n");
}

async function compile(options: readonly string[]): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main([...SOURCES, ...OPTIONS, ...options], {
    writeFile: (_name, contents) => {
      if (typeof contents !== "string") binary = contents;
    },
  });
  if (error || !binary) throw new Error(`asc failed\n${stderr}`, { cause: error });
  return binary;
}

function constantText(name: string, binary: Uint8Array): string {
  const lines = Buffer.from(binary).toString("base64").match(/.{1,116}/g) ?? [];
  return [`export const ${name} = \``, ...lines, "`;"].join("\n");
}

/** The text that the tree holds now. */
export function storedKernels(): string {
  return readFileSync(TARGET, "utf8");
}

async function main(options: string[]): Promise<number> {
  const text = await buildKernels();
  if (!options.includes("--check")) {
    writeFileSync(TARGET, text);
    return 0;
  }
  if (text === storedKernels()) return 0;
  console.error(`${TARGET} does not match wasm/assembly: run scripts/wasm.ts`);
  return 1;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
