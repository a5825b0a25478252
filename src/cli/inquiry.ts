/** Somebody asks by a signal (SIGUSR1, SIGINFO) what the program is doing. */
export class Inquiry {
  #answer: () => void = () => {};

  /** From here on `answer` is what is called. */
  answerBy(answer: () => void): void {
    this.#answer = answer;
  }

  receive(): void {
    this.#answer();
  }
}
