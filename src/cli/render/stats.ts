import type { Micros } from "../../archive/timestamps.ts";
import { displayText } from "../../encoding/path.ts";
import { durationText, timeText } from "./filetime.ts";
import { shellJoin } from "./shell_quote.ts";
import { formatSize, type SizeStyle } from "../../encoding/size.ts";

/** Sums of content, as stored, and as stored only once. */
export interface Sizes {
  readonly size: number;
  readonly csize: number;
  readonly usize: number;
}

/** What the local cache knows of the whole repository. */
export interface RepositorySums {
  readonly totalSize: number;
  readonly totalCsize: number;
  readonly totalChunks: number;
  readonly uniqueCsize: number;
  readonly uniqueSize: number;
  readonly uniqueChunks: number;
}

export const RULE = "-".repeat(78);
export const SIZE_HEADER = "                       Original size      Compressed size    Deduplicated size";
const CHUNK_HEADER = "                       Unique chunks         Total chunks";

/** `This archive:`, `All archives:` or `Deleted data:` and three sizes. */
export function sizesLine(label: string, { size, csize, usize }: Sizes, style: SizeStyle): string {
  return label.padEnd(15) +
    [size, csize, usize].map((bytes) => formatSize(bytes, style).padStart(21)).join("");
}

export function allArchivesLine(sums: RepositorySums, style: SizeStyle): string {
  const { totalSize: size, totalCsize: csize, uniqueCsize: usize } = sums;
  return sizesLine("All archives:", { size, csize, usize }, style);
}

/** The number of chunks, below a header of its own. */
export function chunkIndexLines({ uniqueChunks, totalChunks }: RepositorySums): string[] {
  return [CHUNK_HEADER, `Chunk index:    ${String(uniqueChunks).padStart(20)} ${String(totalChunks).padStart(20)}`];
}

/** What the local cache knows of the whole repository, as it stands below the line about one archive. */
export function repositoryLines(sums: RepositorySums, style: SizeStyle): string[] {
  return [allArchivesLine(sums, style), "", ...chunkIndexLines(sums)];
}

/** What `--stats` shows of an archive that was just made. */
export interface MadeArchive {
  readonly repository: string;
  readonly name: string;
  /** In hex. */
  readonly id: string;
  readonly start: Micros;
  readonly end: Micros;
  readonly nfiles: number;
  /** Share of the largest possible archive, 0 to 1. */
  readonly utilization: number;
}

/** The description of a new archive. */
export function madeArchiveLines(archive: MadeArchive): string[] {
  return [
    `Repository: ${displayText(archive.repository)}`,
    `Archive name: ${displayText(archive.name)}`,
    `Archive fingerprint: ${archive.id}`,
    `Time (start): ${timeText(archive.start)}`,
    `Time (end):   ${timeText(archive.end)}`,
    `Duration: ${durationText(archive.end - archive.start)}`,
    `Number of files: ${archive.nfiles}`,
    `Utilization of max. archive size: ${percentage(archive.utilization)}`,
  ];
}

/** What `info` shows of an archive. */
export interface DescribedArchive extends Omit<MadeArchive, "repository"> {
  readonly comment: string;
  readonly hostname: string;
  readonly username: string;
  readonly commandLine: readonly string[];
  /** Empty for archives that do not tell. */
  readonly cwd: string;
}

export function describedArchiveLines(archive: DescribedArchive): string[] {
  return [
    `Archive name: ${archive.name}`,
    `Archive fingerprint: ${archive.id}`,
    `Comment: ${archive.comment}`,
    `Hostname: ${archive.hostname}`,
    `Username: ${archive.username}`,
    `Time (start): ${timeText(archive.start)}`,
    `Time (end): ${timeText(archive.end)}`,
    `Duration: ${durationText(archive.end - archive.start)}`,
    `Number of files: ${archive.nfiles}`,
    `Command line: ${shellJoin(archive.commandLine)}`,
    `Working Directory: ${archive.cwd}`,
    `Utilization of maximum supported archive size: ${percentage(archive.utilization)}`,
  ].map(displayText);
}

/** What `info` shows of a repository. */
export interface DescribedRepository {
  /** In hex. */
  readonly id: string;
  readonly location: string;
  /** The name of the key's type, e.g. `repokey BLAKE2b`; undefined when nothing is encrypted. */
  readonly encryption: string | undefined;
  /** Only for keys that are kept in a file. */
  readonly keyFile: string | undefined;
  readonly cache: string;
  readonly securityDirectory: string;
}

export function describedRepositoryLines(repository: DescribedRepository): string[] {
  const { encryption, keyFile } = repository;
  return [
    `Repository ID: ${repository.id}`,
    `Location: ${repository.location}`,
    `Encrypted: ${encryption === undefined ? "No" : `Yes (${encryption})`}`,
    ...(keyFile === undefined ? [] : [`Key file: ${keyFile}`]),
    `Cache: ${repository.cache}`,
    `Security dir: ${repository.securityDirectory}`,
  ].map(displayText);
}

/** Whole per cent; of two equally near the even one, as Python rounds. */
function percentage(share: number): string {
  const value = share * 100;
  const whole = Math.floor(value);
  const up = value - whole > 0.5 || (value - whole === 0.5 && whole % 2 === 1);
  return `${up ? whole + 1 : whole}%`;
}
