import process from "node:process";
import { parentPort } from "node:worker_threads";

/** Ends with the first job, without an answer. */
parentPort!.on("message", () => process.exit(3));
