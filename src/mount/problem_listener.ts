/** Something could not be shown or read: why, and the file's path in its archive or the archive's name where that is known. */
export type ProblemListener = (error: unknown, subject: string | undefined) => void;
