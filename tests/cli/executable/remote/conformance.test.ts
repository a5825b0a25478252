import { commandConnector } from "../../../../src/repository/remote/command_transport.ts";
import { type RemoteOpening, RemoteRepository } from "../../../../src/repository/remote/remote_repository.ts";
import { environment, ours, Sandbox } from "../../../interop/harness.ts";
import { describeConformance } from "../../../repository/conformance.ts";
import { HeardLines } from "../../../repository/remote/fake_server.ts";
import { fakeShell } from "./fake_shell.ts";

describeConformance("RemoteRepository, with a server of its own process", async () => {
  const sandbox = new Sandbox();
  const path = sandbox.path("repository");
  const connect = commandConnector(fakeShell(sandbox), environment(sandbox.folder("base")));
  const open = async (changes: Partial<RemoteOpening> = {}) => {
    const transport = await connect({ host: "host" }, [ours.path, "serve"]);
    return await RemoteRepository.open(transport, { path, lock: "exclusive", lockWait: 0, ...changes }, {
      location: `ssh://host${path}`,
      uploadRate: 0,
      downloadRate: 0,
      uploadBuffer: 0,
      listener: new HeardLines(),
      checkAbort: () => {},
    });
  };
  let repository = await open({ create: { appendOnly: false, makeParentDirs: false } });
  return {
    repository,
    reopen: async () => {
      await repository.close();
      repository = await open();
      return repository;
    },
    dispose: async () => {
      await repository.close();
      sandbox.remove();
    },
  };
});
