import { parentPort } from "node:worker_threads";

/** Throws outside of what answers for errors. */
parentPort!.on("message", () => {
  throw new Error("thrown by the test");
});
