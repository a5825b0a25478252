import type { Environment } from "../../../platform/environment.ts";
import { Unsupported } from "./unsupported.ts";

/** What `%` and a letter stand for. */
export type Tokens = Readonly<Record<string, string>>;

/** `text` with its `%` tokens and `${NAME}` variables replaced, in one go. Throws Unsupported for others. */
export function expandTokens(text: string, tokens: Tokens, env: Environment): string {
  return text.replace(/%(.?)|\$\{([^}]*)\}/gs, (whole, letter: string | undefined, name: string | undefined) => {
    if (letter === "%") return "%";
    const value = name === undefined ? own(tokens, letter!) : own(env, name);
    if (value === undefined) throw new Unsupported(`"${whole}" in "${text}"`);
    return value;
  });
}

function own(values: Environment, name: string): string | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}
