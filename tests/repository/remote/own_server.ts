import { RpcServer, type ServerOptions } from "../../../src/repository/remote/server.ts";
import { type RemoteOpening, RemoteRepository } from "../../../src/repository/remote/remote_repository.ts";
import { SILENT } from "../../../src/repository/listener.ts";
import { IDENTITY, unsyncedFiles } from "../scratch.ts";
import { HeardLines } from "./fake_server.ts";
import { MemoryTransport } from "./pipes.ts";

const OPTIONS: ServerOptions = {
  policy: { restrictToPaths: [], restrictToRepositories: [], appendOnly: false, storageQuota: undefined },
  places: { cwd: "/", home: () => undefined },
  identity: IDENTITY,
  listener: SILENT,
  words: { text: ({ message }) => message, systemInformation: () => "" },
  lockWait: 0,
  negotiated: () => {},
  failed: () => {},
  checkAbort: () => {},
  pace: () => Promise.resolve(),
  files: unsyncedFiles,
};

/** A connection to our own server, which runs in this process. */
function connectToOwnServer(): MemoryTransport {
  const transport = new MemoryTransport();
  const streams = { input: transport.input, write: (bytes: Uint8Array) => transport.output.write(bytes) };
  void new RpcServer(streams, OPTIONS).run().finally(() => transport.end());
  return transport;
}

/** Our client's view of a repository that our server serves. */
export function openServed(path: string, changes: Partial<RemoteOpening> = {}): Promise<RemoteRepository> {
  return RemoteRepository.open(connectToOwnServer(), { path, lock: "exclusive", lockWait: 0, ...changes }, {
    location: `ssh://host${path}`,
    uploadRate: 0,
    downloadRate: 0,
    uploadBuffer: 0,
    listener: new HeardLines(),
    checkAbort: () => {},
  });
}
