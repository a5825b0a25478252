/**
 * The one base class of every error that a user may see. Subclasses are born where the condition arises; the table in
 * `src/cli/failures.ts` turns `code` and `data` into text and exit status.
 */
export class BorgError extends Error {
  /**
   * @param code BorgBackup's name of the condition, its message id in JSON logs, e.g. `Repository.DoesNotExist`
   * @param data the values that the text names, in BorgBackup's order
   */
  constructor(
    readonly code: string,
    readonly data: readonly (string | number | bigint)[] = [],
    options?: ErrorOptions,
  ) {
    super(`${code}(${data.join(", ")})`, options);
    this.name = new.target.name;
  }
}

/** An object, file or structure is not what it must be. `data[0]` says what is wrong, in words. */
export class IntegrityError extends BorgError {
  constructor(problem: string, options?: ErrorOptions) {
    super("IntegrityError", [problem], options);
  }
}
