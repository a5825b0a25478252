import { Action, ArgumentError, type ArgumentParser, type Namespace } from "argparse";

/** The action of an option with a value that must not be given twice. */
export class OnlyOnce extends Action {
  #given = false;

  override call(_parser: ArgumentParser, namespace: Namespace, value: unknown): void {
    if (this.#given) throw new ArgumentError(this, "There can be only one.");
    this.#given = true;
    Object.assign(namespace, { [this.dest]: value });
  }
}
