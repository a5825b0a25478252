import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { findCommand } from "../../../interop/requirements.ts";
import { Background, freePort, untilListening } from "./background.ts";
import { makeKey } from "./ssh_home.ts";

/** OpenSSH's server on a port of this machine, for the user who runs the tests. It changes keys every megabyte. */
export class Sshd {
  readonly hostKey: string;
  readonly #folder: string;
  #port = 0;
  #process: Background | undefined;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
    this.hostKey = makeKey(join(folder, "host_key"));
    this.authorize();
  }

  get port(): number {
    return this.#port;
  }

  /** What sshd has logged. */
  get log(): string {
    return readFileSync(join(this.#folder, "log"), "utf8");
  }

  authorize(...publicKeys: readonly string[]): void {
    writeFileSync(join(this.#folder, "authorized_keys"), publicKeys.map((line) => `${line}\n`).join(""));
  }

  async start(...settings: readonly string[]): Promise<void> {
    if (process.getuid!() === 0) mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
    this.#port = await freePort();
    const path = join(this.#folder, "sshd_config");
    const lines = [
      "ListenAddress 127.0.0.1",
      `Port ${this.#port}`,
      `HostKey ${join(this.#folder, "host_key")}`,
      `AuthorizedKeysFile ${join(this.#folder, "authorized_keys")}`,
      "PidFile none",
      "StrictModes no",
      "UsePAM no",
      "PasswordAuthentication no",
      "KbdInteractiveAuthentication no",
      "RekeyLimit 1M",
      `SetEnv BORG_BASE_DIR=${join(this.#folder, "base")}`,
      ...settings,
    ];
    writeFileSync(path, `${lines.join("\n")}\n`);
    const words = [findCommand("sshd")!, "-D", "-E", join(this.#folder, "log"), "-f", path];
    this.#process = new Background(words, { PATH: process.env["PATH"]! });
    await untilListening(this.#port);
  }

  async stop(): Promise<void> {
    await this.#process?.end();
  }
}
