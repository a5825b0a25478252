import { BorgError } from "../../errors.ts";
import { UnshowableItems } from "../../mount/archives.ts";
import { DamagedFile } from "../../mount/contents.ts";
import { failureText } from "../failures.ts";
import { problemText } from "../report_problem.ts";

/** What a mounted file system says of a file or an archive that cannot be shown or read. */
export function mountProblemText(error: unknown, subject: string | undefined): string {
  const text = textOf(error);
  return subject === undefined ? text : `${subject}: ${text}`;
}

function textOf(error: unknown): string {
  if (error instanceof DamagedFile) {
    return "the file has zeros in the place of lost contents; mount with -o allow_damaged_files to read it";
  }
  if (error instanceof UnshowableItems) return `left out, because nothing can have such a name: ${error.count}`;
  return error instanceof BorgError ? failureText(error) : problemText(error);
}

export function hiddenFilesText(mountpoint: string): string {
  return `${mountpoint} is not empty: what is in it cannot be seen while it is a mount point.`;
}
