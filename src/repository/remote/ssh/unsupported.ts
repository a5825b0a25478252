/** The built-in client cannot do what the configuration asks for; `ssh` itself can. */
export class Unsupported extends Error {
  override readonly name = "Unsupported";

  /** @param feature what it is, e.g. a directive with its value */
  constructor(readonly feature: string, options?: ErrorOptions) {
    super(`not supported by the built-in SSH client: ${feature}`, options);
  }
}
