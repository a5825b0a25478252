import process from "node:process";
import type { AccessQuestion } from "../cache/security.ts";
import type { Host } from "../operations/host.ts";
import { hostId } from "../platform/host.ts";
import type { Context } from "./context.ts";
import { ContextCacheListener, ContextRepositoryListener } from "./listeners.ts";
import { ContextPrompter } from "./prompter.ts";
import { remoteAccessOf } from "./remote_access.ts";
import type { Question } from "./render/prompt.ts";

/** What operations see of the world, through the ways of speaking of a command. */
export function hostOf(context: Context): Host {
  const { env, cwd, clock, interruption, questions } = context;
  return {
    env,
    cwd,
    identity: { hostId: hostId(env), pid: process.pid },
    prompter: new ContextPrompter(context),
    repositoryListener: new ContextRepositoryListener(context),
    cacheListener: new ContextCacheListener(context),
    remote: remoteAccessOf(context),
    confirm: (question) => questions.ask(accessQuestion(question)),
    now: () => clock.now() / 1000n,
    monotonic: () => clock.monotonic(),
    checkAbort: () => interruption.now.throwIfAborted(),
    stopSoon: interruption.soon,
  };
}

function accessQuestion(question: AccessQuestion): Question {
  const common = { retry: false, falseText: "Aborting.", invalidText: "Invalid answer, aborting." };
  if (question.kind === "relocated") {
    return {
      ...common,
      variable: "BORG_RELOCATED_REPO_ACCESS_IS_OK",
      text: `Warning: The repository at location ${question.current} was previously located at ${question.previous}\n` +
        "Do you want to continue? [yN] ",
    };
  }
  return {
    ...common,
    variable: "BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK",
    text: "Warning: Attempting to access a previously unknown unencrypted repository!\nDo you want to continue? [yN] ",
  };
}
