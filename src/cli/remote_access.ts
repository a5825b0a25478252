import { childEnvironment } from "../platform/environment.ts";
import type { RemoteAccess } from "../repository/remote/access.ts";
import { chooseConnector } from "../repository/remote/connect.ts";
import { argumentWorld } from "./argument_world.ts";
import { askPerson } from "./ask_person.ts";
import type { Context } from "./context.ts";
import { ContextServerListener } from "./server_listener.ts";
import { VERSION } from "./version.ts";

/** How repositories on other machines are reached, by options and environment. */
export function remoteAccessOf(context: Context): RemoteAccess {
  const { remote, env, log } = context;
  return {
    connector: chooseConnector({
      shell: remote.rsh ?? env["BORG_RSH"],
      environment: childEnvironment(env, VERSION),
      ask: (prompt, options) => askPerson(context, prompt, options),
      stepAside: (feature) => log.info(`Using ssh, the built-in client does not support this: ${feature}`),
    }),
    serve: {
      get program() {
        return remote.remotePath ?? argumentWorld(context).expand(env["BORG_REMOTE_PATH"] ?? "borg");
      },
      logLevel: log.options.level,
      debugTopics: log.options.topics,
    },
    uploadRate: remote.uploadRatelimit * 1024,
    downloadRate: remote.downloadRatelimit * 1024,
    uploadBuffer: remote.uploadBuffer * 1024 * 1024,
    listener: new ContextServerListener(context),
  };
}
