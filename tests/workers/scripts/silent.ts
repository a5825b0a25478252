import { parentPort } from "node:worker_threads";

/** Takes jobs and never answers. */
parentPort!.on("message", () => {});
