import type { PruneStep, Verdict } from "../../operations/prune/plan.ts";
import type { Steps } from "../../operations/reporter.ts";
import type { Context } from "../context.ts";
import { archiveLine } from "../render/archive_line.ts";

const WIDTH = 44;

/** Shows what becomes of each archive, in the order of the plan, while the plan is carried out. */
export class PruneListing {
  readonly #progress: Steps;
  readonly #total: number;
  #next = 0;
  #pruned = 0;

  /** @param list whether `--list` was given */
  constructor(
    private readonly steps: readonly PruneStep[],
    private readonly dryRun: boolean,
    private readonly list: boolean,
    private readonly context: Context,
  ) {
    this.#total = steps.filter(({ verdict }) => verdict.kind === "prune").length;
    this.#progress = context.progress.percent("prune", this.#total);
  }

  /** The next archive that goes has its turn. */
  advance(): void {
    while (this.#show()?.kind !== "prune");
  }

  /** All had their turns. */
  finish(): void {
    while (this.#show());
    this.#progress.finish();
  }

  /** Shows the next step of the plan; gives its verdict, or undefined at the end. */
  #show(): Verdict | undefined {
    const step = this.steps[this.#next++];
    if (!step) return undefined;
    if (step.verdict.kind === "prune") {
      this.#pruned++;
      this.#progress.advance(1);
    }
    if (this.list) {
      this.context.log.output("list", `${this.#message(step.verdict).padEnd(WIDTH)} ${archiveLine(step.archive)}`);
    }
    return step.verdict;
  }

  #message(verdict: Verdict): string {
    if (verdict.kind === "keep") return `Keeping archive (rule: ${verdict.rule} #${verdict.number}):`;
    if (verdict.kind === "keep-checkpoint") return "Keeping checkpoint archive:";
    return this.dryRun ? "Would prune:" : `Pruning archive (${this.#pruned}/${this.#total}):`;
  }
}
