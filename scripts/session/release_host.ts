import { type ChildProcess, spawn } from "node:child_process";
import { createConnection } from "node:net";

const PORT = 8000;

/** Serves a folder by HTTP on this machine only, in a process of its own, since the script waits for its commands. */
export class ReleaseHost {
  readonly address = `http://127.0.0.1:${PORT}`;
  readonly #server: ChildProcess;

  private constructor(folder: string) {
    this.#server = spawn("busybox", ["httpd", "-f", "-p", `127.0.0.1:${PORT}`, "-h", folder], { stdio: "inherit" });
  }

  static async open(folder: string): Promise<ReleaseHost> {
    const host = new ReleaseHost(folder);
    while (!(await answers())) await new Promise((resolve) => setTimeout(resolve, 20));
    return host;
  }

  close(): void {
    this.#server.kill();
  }
}

function answers(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(PORT, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
