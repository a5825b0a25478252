import type { Source } from "./source.ts";

/** One breach of a rule, as a person reads it. */
export type Finding = string;

/** From the top of the house to its foundation: a room imports from itself and from the rooms after it. */
const ROOMS = [
  "cli",
  "operations",
  "mount",
  "cache",
  "workers",
  "archive",
  "selection",
  "crypto",
  "compression",
  "chunking",
  "repository",
  "encoding",
  "platform",
  "wasm",
];

const ENTRANCE = "main.ts";
const FOR_ALL = "src/errors.ts";
const RUNTIME_ROOM = "src/platform/";

export function findAll(sources: readonly Source[]): Finding[] {
  return [
    ...sources.flatMap(findStrangers),
    ...sources.flatMap(findUpwardImports),
    ...sources.flatMap(findBarrel),
    ...sources.flatMap(findRuntimeNames),
    ...findCycles(sources),
  ];
}

function roomOf(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1] ?? /^(wasm)\//.exec(path)?.[1];
}

function isWorkshop(path: string): boolean {
  return path.startsWith("tests/") || path.startsWith("scripts/");
}

/** Files that lie in no room of the house. */
function findStrangers({ path }: Source): Finding[] {
  if (isWorkshop(path) || path === ENTRANCE || path === FOR_ALL) return [];
  const room = roomOf(path);
  return room !== undefined && ROOMS.includes(room) ? [] : [`${path}: belongs to no room`];
}

function findUpwardImports({ path, imports }: Source): Finding[] {
  if (isWorkshop(path)) return [];
  const targets = imports.map(({ target }) => target);
  return targets.filter((target) => !mayImport(path, target)).map((target) => `${path}: must not import ${target}`);
}

function mayImport(path: string, target: string): boolean {
  if (target === FOR_ALL) return true;
  if (path === FOR_ALL) return false;
  const targetRoom = roomOf(target);
  if (targetRoom === undefined) return false;
  if (path === ENTRANCE) return targetRoom === "cli" || targetRoom === "platform";
  return ROOMS.indexOf(roomOf(path) ?? "") <= ROOMS.indexOf(targetRoom);
}

const STATEMENT = /\b(?:import|export)\b[^;]*;/g;
const RE_EXPORT = /\bexport\b[^;=()]*\bfrom\b/;

/** A file that says nothing of its own and only hands on what other files export. */
function findBarrel({ path, code }: Source): Finding[] {
  const rest = code.replace(STATEMENT, (statement) => (/\bfrom\b|^import\s*""/.test(statement) ? "" : statement))
    .trim();
  return RE_EXPORT.test(code) && rest === "" ? [`${path}: only re-exports; import from the files themselves`] : [];
}

function findRuntimeNames({ path, code, strings }: Source): Finding[] {
  if (isWorkshop(path) || path.startsWith(RUNTIME_ROOM)) return [];
  const names = new Set([...code.matchAll(/\b(?:Deno|Bun)\b/g)].map(([name]) => name));
  for (const text of strings) if (text.startsWith("bun:") || text === "bun") names.add(text);
  return [...names].map((name) => `${path}: names ${name}, which only ${RUNTIME_ROOM} may`);
}

/**
 * Each cycle once, at the file where the walk came upon it. Types may go both ways, as between an operation and its
 * variant for one operating system: such a cycle is gone when the program runs.
 */
function findCycles(sources: readonly Source[]): Finding[] {
  const graph = new Map(sources.map(({ path, imports }) => [path, imports.filter(({ typeOnly }) => !typeOnly)]));
  const finished = new Set<string>();
  const findings: Finding[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) {
      findings.push(`import cycle: ${[...trail.slice(trail.indexOf(path)), path].join(" -> ")}`);
    }
    if (trail.includes(path) || finished.has(path)) return;
    for (const { target } of graph.get(path) ?? []) visit(target, [...trail, path]);
    finished.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  return findings;
}
