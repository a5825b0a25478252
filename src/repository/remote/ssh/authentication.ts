import type { Buffer } from "node:buffer";
import type { Configuration, Method } from "./configuration.ts";
import { identitiesOf, type Identity, NoSignature } from "./identities.ts";
import type { TalkingTools } from "./tools.ts";
import type { Trust } from "./host_key.ts";
import { ssh2 } from "./ssh2.ts";
import type { AuthMethod, IdentityCallback, ParsedKey, Prompt, SignCallback, SigningOptions } from "./ssh2.d.ts";
import * as words from "./words.ts";

/** One identity in the shape in which ssh2 takes keys that something else signs with. */
class OneKeyAgent extends ssh2.BaseAgent {
  constructor(readonly identity: Identity, readonly failed: (error: unknown) => void) {
    super();
  }

  override getIdentities(callback: IdentityCallback): void {
    callback(undefined, [this.identity.publicKey]);
  }

  override sign(_: ParsedKey, data: Buffer, options: SigningOptions | SignCallback, callback?: SignCallback): void {
    const [hash, done] = typeof options === "function" ? [undefined, options] : [options.hash, callback!];
    this.identity.sign(data, hash).then((signature) => done(undefined, signature), (error) => {
      if (!(error instanceof NoSignature)) this.failed(error);
      done(error instanceof Error ? error : new Error(String(error)));
    });
  }
}

/** Goes through the ways to log in, one after the other, as long as the server wants to hear of them. */
export class Authentication {
  #offered: readonly string[] = [];
  #steps: AsyncGenerator<AuthMethod>;
  #trust: Trust = "known";

  constructor(
    readonly configuration: Configuration,
    readonly tools: TalkingTools,
    /** Told when the person at the terminal does not want to go on. */
    readonly failed: (error: unknown) => void,
  ) {
    this.#steps = this.#first();
  }

  /** What the server would have taken. */
  get offered(): readonly string[] {
    return this.#offered;
  }

  /** No passwords go to a host whose key is not the one that is known. */
  set trust(trust: Trust) {
    this.#trust = trust;
  }

  /** ssh2 asks for the next way with what the server still takes, and whether the last way was right but not enough. */
  next(offered: readonly string[] | null, partial: boolean | null, use: (method: AuthMethod | false) => void): void {
    if (offered) this.#offered = offered;
    if (partial) this.#steps = this.#all();
    this.#steps.next().then(({ done, value }) => use(done ? false : value), this.failed);
  }

  async *#first(): AsyncGenerator<AuthMethod> {
    yield { type: "none", username: this.configuration.user };
    yield* this.#all();
  }

  async *#all(): AsyncGenerator<AuthMethod> {
    for (const method of this.configuration.authentication.methods) {
      if (this.#isOffered(method)) yield* this.#attempts(method);
    }
  }

  #isOffered(method: Method): boolean {
    return this.#offered.includes(method);
  }

  #attempts(method: Method): AsyncGenerator<AuthMethod> {
    switch (method) {
      case "publickey":
        return this.#keys();
      case "keyboard-interactive":
        return this.#interactive();
      case "password":
        return this.#passwords();
    }
  }

  async *#keys(): AsyncGenerator<AuthMethod> {
    const { authentication, batch, user } = this.configuration;
    for await (const identity of identitiesOf(authentication, this.tools, batch)) {
      if (!this.#isOffered("publickey")) return;
      yield { type: "agent", username: user, agent: new OneKeyAgent(identity, this.failed) };
    }
  }

  async *#interactive(): AsyncGenerator<AuthMethod> {
    const { user, hostName } = this.configuration;
    let asked = false;
    const prompt = (
      _name: string,
      _instructions: string,
      _language: string,
      prompts: readonly Prompt[],
      finish: (answers: readonly string[]) => void,
    ) => {
      asked = true;
      this.#answers(prompts.map((one) => ({ ...one, prompt: words.promptOf(user, hostName, one.prompt) })))
        .then(finish, this.failed);
    };
    for (let left = this.#prompts; left > 0 && this.#isOffered("keyboard-interactive"); left--) {
      yield { type: "keyboard-interactive", username: user, prompt };
      if (!asked) return;
    }
  }

  async #answers(prompts: readonly Prompt[]): Promise<string[]> {
    const answers: string[] = [];
    for (const { prompt, echo } of prompts) {
      answers.push(await this.tools.ask(prompt, { echo: echo === true }) ?? "");
    }
    return answers;
  }

  async *#passwords(): AsyncGenerator<AuthMethod> {
    const { user, hostName } = this.configuration;
    for (let left = this.#prompts; left > 0 && this.#isOffered("password"); left--) {
      const password = await this.tools.ask(words.passwordOf(user, hostName), { echo: false });
      if (password === undefined) return;
      yield { type: "password", username: user, password };
      this.tools.say(words.TRY_AGAIN);
    }
  }

  get #prompts(): number {
    const { batch, authentication } = this.configuration;
    return batch || this.#trust === "changed" ? 0 : authentication.passwordPrompts;
  }
}
