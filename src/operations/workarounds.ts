/** What BORG_WORKAROUNDS can switch on (format reference 14). */
export type Workaround = "basesyncfile" | "retry_erofs" | "authenticated_no_key" | "ignore_invalid_archive_tam";

/** The workarounds that the user asked for; words that are none are ignored, as BorgBackup does. */
export function workarounds(env: Readonly<Record<string, string | undefined>>): ReadonlySet<Workaround> {
  return new Set((env.BORG_WORKAROUNDS ?? "").split(",").filter(Boolean) as Workaround[]);
}
