import { writeFileSync } from "node:fs";
import { type Profiler, Session } from "node:inspector";

/** Does `work` and writes to `path`, in the form of Chrome's developer tools, where its time went. */
export async function profiled(path: string, work: () => Promise<void>): Promise<void> {
  const session = new Session();
  session.connect();
  session.post("Profiler.enable");
  session.post("Profiler.start");
  try {
    await work();
  } finally {
    const profile = await stop(session);
    session.disconnect();
    writeFileSync(path, JSON.stringify(profile), { mode: 0o600 });
  }
}

function stop(session: Session): Promise<Profiler.Profile> {
  return new Promise((resolve, reject) => {
    session.post("Profiler.stop", (error, { profile }) => (error ? reject(error) : resolve(profile)));
  });
}
