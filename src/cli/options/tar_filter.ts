import type { ArgumentGroup } from "argparse";
import { AUTO } from "../../operations/tar/filter.ts";
import { OnlyOnce } from "./only_once.ts";

export interface TarFilterOptions {
  readonly tarFilter: string;
}

/** How tar files may be compressed, for help texts. */
export const TAR_FILTERS = `
--tar-filter=auto, which is the default, goes by the name of the tar file:
  .tar.gz, .tgz            gzip
  .tar.bz2, .tbz           bzip2
  .tar.xz, .txz            xz
  .tar.zst, .tar.zstd      zstd
  .tar.lz4                 lz4
Any other name, and standard input and output, mean no compression. Instead of "auto" a command can be given; it gets the
data through its standard input and output.`;

/** `once`: a second one is refused. */
export function addTarFilter(group: Pick<ArgumentGroup, "add_argument">, once = false): void {
  group.add_argument("--tar-filter", {
    ...(once && { action: OnlyOnce }),
    dest: "tarFilter",
    default: AUTO,
    metavar: "TAR_FILTER",
    help: "command that the tar file goes through (default: auto, by the file's name)",
  });
}
