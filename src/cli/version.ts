/** The version of BorgBackup whose formats, options and exit statuses this program has. */
export const BORG_VERSION = "1.4.5";

/** This program's own version: BorgBackup's, and the release after the plus sign. */
export const VERSION = `${BORG_VERSION}+vinculum.0.1.0`;
