import { BorgError } from "../errors.ts";

/** `data`: the archive's name. */
export class ArchiveDoesNotExist extends BorgError {
  constructor(name: string) {
    super("Archive.DoesNotExist", [name]);
  }
}

/** `data`: the archive's name. */
export class ArchiveAlreadyExists extends BorgError {
  constructor(name: string) {
    super("Archive.AlreadyExists", [name]);
  }
}

/** The repository has no manifest. */
export class NoManifestError extends BorgError {
  constructor(options?: ErrorOptions) {
    super("NoManifestError", [], options);
  }
}

/** The manifest has a form that is unknown to this program. */
export class UnsupportedManifestError extends BorgError {
  constructor() {
    super("UnsupportedManifestError");
  }
}

/** `data`: the names of the features that an operation would have to know, in one text. */
export class MandatoryFeatureUnsupported extends BorgError {
  constructor(features: readonly string[]) {
    super("MandatoryFeatureUnsupported", [`[${features.map((feature) => `'${feature}'`).join(", ")}]`]);
  }
}
