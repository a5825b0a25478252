import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeConformance } from "../conformance.ts";
import { openServed } from "./own_server.ts";

describeConformance("RemoteRepository, with our server", async () => {
  const scratch = mkdtempSync(join(tmpdir(), "repository-"));
  const path = join(scratch, "repository");
  let open = await openServed(path, { create: { appendOnly: false, makeParentDirs: false } });
  return {
    repository: open,
    reopen: async () => {
      await open.close();
      open = await openServed(path);
      return open;
    },
    dispose: async () => {
      await open.close();
      rmSync(scratch, { recursive: true });
    },
  };
});
