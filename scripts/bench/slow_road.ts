import { createConnection, createServer, type Server, type Socket } from "node:net";

/** A port of this machine that leads to another one, with a delay in each direction but at full width. */
export function openSlowRoad(from: number, to: number, milliseconds: number): Promise<Server> {
  const server = createServer((near) => {
    const far = createConnection(to, "127.0.0.1");
    carry(near, far, milliseconds);
    carry(far, near, milliseconds);
  });
  return new Promise((resolve) => server.listen(from, "127.0.0.1", () => resolve(server)));
}

function carry(from: Socket, to: Socket, milliseconds: number): void {
  from.on("data", (bytes) => setTimeout(() => to.write(bytes), milliseconds));
  from.on("close", () => setTimeout(() => to.destroy(), milliseconds));
  from.on("error", () => to.destroy());
}
