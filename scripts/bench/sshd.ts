import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createConnection } from "node:net";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

const SSHD = "/usr/sbin/sshd";

/** OpenSSH's server on a port of this machine, and a client configuration that may log in there. */
export class Sshd {
  readonly #folder: string;
  #process: ChildProcess | undefined;

  constructor(folder: string, readonly port: number) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const name of ["host_key", "user_key"]) {
      spawnSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", this.#file(name)]);
    }
    writeFileSync(this.#file("authorized_keys"), readFileSync(this.#file("user_key.pub")));
  }

  /** Whether there is what this needs, and the right to run it. */
  static get isPossible(): boolean {
    return process.getuid?.() === 0 && existsSync(SSHD) && spawnSync("ssh", ["-V"]).status === 0;
  }

  async start(): Promise<void> {
    mkdirSync("/run/sshd", { recursive: true });
    this.#write("sshd_config", [
      `ListenAddress 127.0.0.1:${this.port}`,
      `HostKey ${this.#file("host_key")}`,
      `AuthorizedKeysFile ${this.#file("authorized_keys")}`,
      "PidFile none",
      "StrictModes no",
      "UsePAM no",
      `SetEnv BORG_BASE_DIR=${this.#file("base")}`,
    ]);
    this.#process = spawn(SSHD, ["-D", "-f", this.#file("sshd_config")], { stdio: "ignore" });
    while (!(await accepts(this.port))) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  stop(): void {
    this.#process?.kill();
  }

  /** The words of BORG_RSH that reach this server by way of `port`. */
  shell(port = this.port): string {
    this.#write(`ssh_config-${port}`, [
      "Host *",
      `Port ${port}`,
      `IdentityFile ${this.#file("user_key")}`,
      "IdentitiesOnly yes",
      "StrictHostKeyChecking no",
      "UserKnownHostsFile /dev/null",
      "LogLevel ERROR",
    ]);
    return `ssh -F ${this.#file(`ssh_config-${port}`)}`;
  }

  #file(name: string): string {
    return join(this.#folder, name);
  }

  #write(name: string, lines: readonly string[]): void {
    writeFileSync(this.#file(name), `${lines.join("\n")}\n`, { mode: 0o600 });
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, "127.0.0.1");
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
