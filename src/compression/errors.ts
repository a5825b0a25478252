import { BorgError } from "../errors.ts";

/** A stored payload cannot be what a compressor wrote, or holds more than any object may. */
export class DecompressionError extends BorgError {
  constructor(problem: string, options?: ErrorOptions) {
    super("DecompressionError", [problem], options);
  }
}
