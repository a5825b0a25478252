/**
 * What BORG_WORKAROUNDS can switch on (format reference 14). BorgBackup has two more, which are not needed here:
 * `basesyncfile` avoids a system call that starts writing early, and that is never made here; `retry_erofs` opens files again
 * without O_NOATIME where the file system refuses to with EROFS, and that is always done.
 */
export type Workaround = "authenticated_no_key" | "ignore_invalid_archive_tam";

/** The workarounds that the user asked for; words that are none are ignored, as BorgBackup does. */
export function workarounds(env: Readonly<Record<string, string | undefined>>): ReadonlySet<Workaround> {
  return new Set((env.BORG_WORKAROUNDS ?? "").split(",").filter(Boolean) as Workaround[]);
}
