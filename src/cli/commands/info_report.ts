import { toHex } from "../../encoding/bytes.ts";
import type { ArchiveDescription } from "../../operations/describe_archives.ts";
import type { Cached } from "../../operations/opening.ts";
import type { RepositorySums } from "../../operations/repository_sums.ts";
import { canonicalLocation } from "../../repository/location.ts";
import type { Context } from "../context.ts";
import { archiveJson } from "../render/archive_json.ts";
import { jsonDocument, type JsonObject } from "../render/json.ts";
import { cacheJson, repositoryJson } from "../render/repository_json.ts";
import {
  describedArchiveLines,
  type DescribedRepository,
  describedRepositoryLines,
  repositoryLines,
  RULE,
  SIZE_HEADER,
  type Sizes,
  sizesLine,
} from "../render/stats.ts";

export interface InfoReportOptions {
  readonly json: boolean;
  readonly iec: boolean;
  readonly considerPartFiles: boolean;
}

/** Modes whose key BorgBackup does not call encryption. It does so with `authenticated-blake2`. */
const NOT_ENCRYPTED = ["none", "authenticated"];

/** Prints what is known of a repository. */
export function reportRepository(cached: Cached, sums: RepositorySums, options: InfoReportOptions, context: Context) {
  if (options.json) return printJson({ security_dir: cached.security.path }, cached, sums, context);
  const lines = describedRepositoryLines(describeRepository(cached));
  printLines([...lines, RULE, SIZE_HEADER, ...sumsLines(sums, options)], context);
}

/** Prints what is known of archives, each followed by the sums of the repository. */
export async function reportArchives(
  descriptions: AsyncIterable<ArchiveDescription>,
  cached: Cached,
  sums: RepositorySums,
  options: InfoReportOptions,
  context: Context,
): Promise<void> {
  const rows: JsonObject[] = [];
  let number = 0;
  for await (const description of descriptions) {
    if (options.json) rows.push(describedJson(description, options));
    else printLines([...(number++ > 0 ? [""] : []), ...archiveLines(description, sums, options)], context);
  }
  if (options.json) printJson({ archives: rows }, cached, sums, context);
}

function archiveLines(description: ArchiveDescription, sums: RepositorySums, options: InfoReportOptions): string[] {
  const { metadata, id } = description;
  const { comment = "", hostname = "", username = "", cwd = "", cmdline: commandLine } = metadata;
  const { nfiles, ...sizes } = countsOf(description, options);
  return [
    ...describedArchiveLines({ ...description, id: toHex(id), nfiles, comment, hostname, username, cwd, commandLine }),
    RULE,
    SIZE_HEADER,
    sizesLine("This archive:", sizes, options),
    ...sumsLines(sums, options),
  ];
}

function describedJson(description: ArchiveDescription, options: InfoReportOptions): JsonObject {
  const { metadata } = description;
  return {
    ...archiveJson({ ...description, counts: countsOf(description, options), cmdline: metadata.cmdline }),
    hostname: metadata.hostname ?? "",
    username: metadata.username ?? "",
    comment: metadata.comment ?? "",
    cwd: metadata.cwd ?? "",
    chunker_params: metadata.chunkerParams ?? [],
  };
}

function countsOf({ sums, deduplicatedSize: usize }: ArchiveDescription, { considerPartFiles }: InfoReportOptions) {
  const { size, csize, nfiles, sizeParts, csizeParts, nfilesParts } = sums;
  const counts = { size, csize, usize, nfiles } satisfies Sizes & { nfiles: number };
  if (!considerPartFiles) return counts;
  return { usize, size: size + sizeParts, csize: csize + csizeParts, nfiles: nfiles + nfilesParts };
}

function describeRepository({ repository, location, key, cache, security }: Cached): DescribedRepository {
  const { mode, home } = key;
  return {
    id: toHex(repository.id),
    location: canonicalLocation(location),
    encryption: NOT_ENCRYPTED.includes(mode.name) ? undefined : mode.label,
    keyFile: home?.kind === "file" ? home.path : undefined,
    cache: cache.path,
    securityDirectory: security.path,
  };
}

function sumsLines({ archives, chunks }: RepositorySums, { iec }: InfoReportOptions): string[] {
  return repositoryLines({ ...chunks, ...archives }, { iec });
}

function printLines(lines: readonly string[], { stdout }: Context): void {
  stdout.write(lines.map((line) => `${line}\n`).join(""));
}

function printJson(fields: JsonObject, cached: Cached, sums: RepositorySums, { stdout, env }: Context): void {
  const document = { ...repositoryJson(cached), cache: cacheJson(cached.cache.path, sums), ...fields };
  stdout.write(`${jsonDocument(document, env["BORG_JSON_INDENT"])}\n`);
}
