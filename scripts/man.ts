import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { outlineOf } from "../src/cli/outline.ts";
import { ROOT } from "../src/cli/registry.ts";
import { TOPICS } from "../src/cli/help_topics.ts";
import { manualPages } from "./man/pages.ts";
import { projectRoot } from "./programs.ts";

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: { out: { type: "string", default: "dist/man" } },
});
const folder = resolve(projectRoot, values.out);
const pages = manualPages(await outlineOf(ROOT), TOPICS);
mkdirSync(folder, { recursive: true });
for (const { name, text } of pages) writeFileSync(join(folder, name), text);
console.log(`${folder}: ${pages.length} manual pages`);
