import { rmSync } from "node:fs";
import type { Contestant } from "./contestant.ts";
import { type Command, measure } from "./measure.ts";
import type { Material, Row } from "./rows.ts";
import type { Sshd } from "./sshd.ts";
import { warm } from "./warm.ts";

/**
 * Create and extract over ssh, each client with its own server. CPU time and memory are the client's: the server is a child
 * of sshd.
 */
export function listRemoteRows({ image, files }: Material, sshd: Sshd): Row[] {
  const shell = sshd.shell();
  return ([["image", image], ["small files", files]] as const).flatMap(([what, folder]) => [
    createRemotely(`create ${what} over ssh`, what, folder, shell),
    extractRemotely(`extract ${what} over ssh`, what, shell),
  ]);
}

function createRemotely(name: string, what: string, folder: string, shell: string): Row {
  return {
    name,
    async prepare(contestant) {
      rmSync(pathOf(contestant, what), { recursive: true, force: true });
      await measure(remote(contestant, shell, ["init", "-e", "repokey-blake2", locationOf(contestant, what)]));
      warm(folder);
      return remote(contestant, shell, ["create", "-C", "lz4", `${locationOf(contestant, what)}::first`, "."], folder);
    },
  };
}

function extractRemotely(name: string, what: string, shell: string): Row {
  return {
    name,
    prepare(contestant) {
      warm(pathOf(contestant, what));
      const archive = `${locationOf(contestant, what)}::first`;
      return remote(contestant, shell, ["extract", archive], contestant.freshTarget());
    },
  };
}

function pathOf(contestant: Contestant, what: string): string {
  return contestant.repository(`remote-${what.replace(" ", "-")}`);
}

function locationOf(contestant: Contestant, what: string): string {
  return `ssh://127.0.0.1${pathOf(contestant, what)}`;
}

function remote(contestant: Contestant, shell: string, args: readonly string[], folder?: string): Command {
  const command = contestant.command(args, folder);
  return { ...command, env: { ...command.env, BORG_RSH: shell, BORG_REMOTE_PATH: contestant.path } };
}
