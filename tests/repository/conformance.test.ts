import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalRepository } from "../../src/repository/local/local_repository.ts";
import { nodeFiles } from "../../src/repository/local/node_files.ts";
import { describeConformance } from "./conformance.ts";
import { MemoryRepository } from "./memory.ts";
import { accessOptions, createLocal } from "./scratch.ts";

describeConformance("LocalRepository", async () => {
  const scratch = mkdtempSync(join(tmpdir(), "repository-"));
  const path = join(scratch, "repository");
  let open = await createLocal(path, { files: nodeFiles });
  return {
    repository: open,
    reopen: async () => {
      await open.close();
      open = await LocalRepository.open(path, accessOptions({ files: nodeFiles }));
      return open;
    },
    dispose: async () => {
      await open.close();
      rmSync(scratch, { recursive: true });
    },
  };
});

describeConformance("MemoryRepository", () => {
  const repository = new MemoryRepository();
  return Promise.resolve({
    repository,
    reopen: async () => {
      await repository.close();
      return repository;
    },
    dispose: () => repository.close(),
  });
});
