import { idProblem, readId, type TypedId } from "../operations/debug/object_id.ts";
import type { Context } from "./context.ts";

/** Whether `text` is no object's id, which is said and counts as an error. */
export function refusesId(text: string, { stdout, outcome }: Pick<Context, "stdout" | "outcome">): boolean {
  const problem = idProblem(text);
  if (problem === undefined) return false;
  stdout.write(`object id ${text} is invalid [${problem}].\n`);
  outcome.error("Error");
  return true;
}

/** Those of the texts that are ids. What is none is named when its turn comes, and left out. */
export function* validIds(texts: readonly string[], { stdout }: Pick<Context, "stdout">): Generator<TypedId> {
  for (const text of texts) {
    if (idProblem(text) === undefined) yield readId(text);
    else stdout.write(`object id ${text} is invalid.\n`);
  }
}
