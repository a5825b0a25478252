import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { projectRoot } from "./programs.ts";
import { findAll } from "./structure/rules.ts";
import { readSource } from "./structure/source.ts";

const FOLDERS = ["src", "wasm", "tests", "scripts"];
const SKIPPED = ["tests/fixtures/", "wasm/assembly/"];

function listSources(): string[] {
  const nested = FOLDERS.flatMap((folder) =>
    readdirSync(join(projectRoot, folder), { recursive: true, encoding: "utf8" }).map((name) => `${folder}/${name}`)
  );
  const top = readdirSync(projectRoot);
  return [...top, ...nested]
    .filter((path) => path.endsWith(".ts") && !SKIPPED.some((folder) => path.startsWith(folder)))
    .sort();
}

const sources = listSources().map((path) => readSource(path, readFileSync(join(projectRoot, path), "utf8")));
const findings = findAll(sources);
for (const finding of findings) console.error(finding);
console.log(`structure: ${sources.length} files, ${findings.length} findings`);
if (findings.length > 0 || sources.length === 0) process.exitCode = 1;
