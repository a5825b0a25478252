/** The version of BorgBackup whose behaviour and protocol this program offers (format reference 10.2). */
export const VERSION: readonly number[] = [1, 4, 5, -1];
