import { type Profiler, Session } from "node:inspector";
import { convertProfile } from "../operations/debug/convert_profile.ts";
import { encodeProfile } from "../operations/debug/sampled_calls.ts";
import { encodeText } from "../encoding/path.ts";
import { writeWholeFile } from "../platform/whole_file.ts";

/**
 * Does `work` and writes to `path` where its time went: in BorgBackup's form, or by the end of the name for Python's pstats
 * (`.pyprof`) or for the developer tools of browsers (`.cpuprofile`).
 */
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
    await writeWholeFile(path, encoded(profile, path));
  }
}

function encoded(profile: Profiler.Profile, path: string): Uint8Array {
  if (path.endsWith(".cpuprofile")) return encodeText(JSON.stringify(profile));
  const statistics = encodeProfile(profile);
  return path.endsWith(".pyprof") ? convertProfile(statistics) : statistics;
}

function stop(session: Session): Promise<Profiler.Profile> {
  return new Promise((resolve, reject) => {
    session.post("Profiler.stop", (error, { profile }) => (error ? reject(error) : resolve(profile)));
  });
}
