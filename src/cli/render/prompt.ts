import type { Input } from "../context.ts";
import type { Log } from "../log.ts";

const TRUE_ANSWERS = ["Yes", "YES", "yes", "Y", "y", "1"];
const FALSE_ANSWERS = ["No", "NO", "no", "N", "n", "0"];
const DEFAULT_ANSWERS = ["Default", "DEFAULT", "default", "D", "d", ""];

export interface Question {
  /** Its message id in JSON, which is also the variable that answers in place of a person, if one may. */
  readonly variable?: string;
  readonly text: string;
  /** Only YES is a yes. */
  readonly dangerous?: boolean;
  /** Ask again after an answer that is none; otherwise such an answer is a no. */
  readonly retry?: boolean;
  readonly falseText?: string;
  readonly invalidText?: string;
}

type EventType = "prompt" | "prompt_retry" | "invalid_answer" | "accepted_false" | "env_answer";

/** Yes-or-no questions on standard error (format reference 9.4). The default is always no. */
export class Questions {
  constructor(
    readonly log: Log,
    readonly input: Input,
    readonly env: Readonly<Record<string, string | undefined>>,
  ) {}

  async ask(question: Question): Promise<boolean> {
    this.#say("prompt", question, question.text);
    for (let tries = 0;; tries++) {
      const answer = await this.#answer(question, tries);
      const verdict = judge(answer, question);
      // An answer that asks for the default is taken without a word.
      const spoken = answer === undefined || !DEFAULT_ANSWERS.includes(answer);
      if (verdict === false && spoken && question.falseText !== undefined) {
        this.#say("accepted_false", question, question.falseText);
      }
      if (verdict !== undefined) return verdict;
      if (question.invalidText !== undefined) this.#say("invalid_answer", question, question.invalidText);
      if (!question.retry) return false;
      this.#say("prompt_retry", question, question.text);
    }
  }

  /** The variable's value the first time, after that (or without it) what is typed; undefined when nobody answers. */
  async #answer(question: Question, tries: number): Promise<string | undefined> {
    const { variable } = question;
    const preset = variable === undefined ? undefined : this.env[variable];
    if (preset === undefined || tries > 0) return await this.input.readLine();
    this.#say("env_answer", question, `${preset} (from ${variable})`);
    return preset;
  }

  #say(type: EventType, question: Question, message: string): void {
    if (this.log.options.json) {
      const msgid = question.variable ?? null;
      const source = type === "env_answer" ? { env_var: msgid } : {};
      this.log.event({ ...source, type: `question_${type}`, msgid, message });
    } else if (type === "prompt" || type === "prompt_retry") this.log.screen.prompt(message);
    else this.log.screen.line(message);
  }
}

/** Yes, no, or undefined for what is no answer. */
function judge(answer: string | undefined, { dangerous = false }: Question): boolean | undefined {
  if (answer === undefined) return false;
  if (dangerous) return answer === "YES" ? true : DANGEROUS_NO.includes(answer) ? false : undefined;
  if (TRUE_ANSWERS.includes(answer)) return true;
  return FALSE_ANSWERS.includes(answer) || DEFAULT_ANSWERS.includes(answer) ? false : undefined;
}

const DANGEROUS_NO = [...FALSE_ANSWERS, ...DEFAULT_ANSWERS];
