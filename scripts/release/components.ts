import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bun, projectRoot, runSilently } from "../programs.ts";
import type { Component } from "./bill.ts";

/** What package.json files say of a licence; old ones have a list. */
interface PackageFile {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly licenses?: readonly { readonly type: string }[];
}

/** The packages that end up in the executable: those of which a bundle of the same entry points names a source. */
export function embeddedComponents(entryPoints: readonly string[], external: string): Component[] {
  const folder = mkdtempSync(join(tmpdir(), "vinculum-bundle-"));
  try {
    runSilently(bun, [
      "build",
      "--target=bun",
      "--sourcemap=external",
      `--external=${external}`,
      `--outdir=${folder}`,
      ...entryPoints,
    ]);
    const maps = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".map"));
    const sources = maps.flatMap((name) => JSON.parse(readFileSync(join(folder, name), "utf8")).sources as string[]);
    return [...packageFolders(sources)].map((path) => componentOf(join(projectRoot, path)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The folders of packages that hold the sources, without what leads to the project. */
export function packageFolders(sources: readonly string[]): Set<string> {
  const folders = sources.map((source) => /node_modules\/.*\bnode_modules\/(?:@[^/]+\/)?[^/]+/.exec(source)?.[0]);
  return new Set(folders.filter((folder) => folder !== undefined));
}

function componentOf(folder: string): Component {
  return componentFrom(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")));
}

/** Throws when a package does not say what its licence is. */
export function componentFrom({ name, version, license, licenses }: PackageFile): Component {
  const licence = license ?? licenses?.map(({ type }) => type).join(" OR ");
  if (!licence) throw new Error(`${name} ${version} names no licence`);
  return { name, version, licence };
}
