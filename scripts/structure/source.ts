/** What the rules need to know of one source file. */
export interface Source {
  readonly path: string;
  /** The text with comments and the contents of strings and patterns blanked out, line breaks kept. */
  readonly code: string;
  /** The contents of all plain strings. */
  readonly strings: readonly string[];
  readonly imports: readonly Import[];
}

/** A local file that another one imports. */
export interface Import {
  /** The path from the project's root. */
  readonly target: string;
  /** Nothing of it is left when the program runs. */
  readonly typeOnly: boolean;
}

const STRING = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/;
const TEMPLATE = /`(?:\\.|[^`\\])*`/;
const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?\*\//;
const PATTERN = /(?<=(?:[=(,:[!&|?{};]|\breturn)\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\//;
const TOKEN = new RegExp([STRING, TEMPLATE, COMMENT, PATTERN].map((token) => `(${token.source})`).join("|"), "g");

const IMPORT =
  /\b(?:import|export)\b[^;"]*?\bfrom\s*"(\d+)"|\bimport\s*\(?\s*"(\d+)"|\bnew URL\("(\d+)",\s*import\.meta\.url\)/g;

/** Reads a source text. Strings are set aside first, so that nothing in them can look like code. */
export function readSource(path: string, text: string): Source {
  const strings: string[] = [];
  const numbered = text.replace(TOKEN, (token, plain: string | undefined) => {
    if (plain === undefined) return token.replace(/[^\n]/g, " ");
    strings.push(plain.slice(1, -1));
    return `"${strings.length - 1}"`;
  });
  const imports = [...numbered.matchAll(IMPORT)].flatMap((match): Import[] => {
    const specifier = strings[Number(match[1] ?? match[2] ?? match[3])] ?? "";
    if (!specifier.startsWith(".")) return [];
    return [{ target: resolveImport(path, specifier), typeOnly: /^(?:import|export)\s+type\b/.test(match[0]) }];
  });
  return { path, code: numbered.replace(/"\d+"/g, '""'), strings, imports };
}

function resolveImport(importer: string, specifier: string): string {
  const parts = importer.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}
