import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { findCommand } from "../../tests/interop/requirements.ts";
import { makeMuslLibrary } from "./musl_library.ts";

/** How the file of a target can be run on this machine. */
export interface Way {
  readonly target: string;
  /** As the table says it. */
  readonly words: string;
  /** Commands and files that must be there. */
  readonly needs: readonly string[];
  /** The words of a shell before the executable's own; `folder` is for what has to be made first. */
  prepare(executable: string, folder: string): string;
}

const MACHINE = process.arch;
const ARM_LIBRARIES = "/usr/aarch64-linux-gnu";
/** Without AVX and the rest of what came after 2008. */
const OLD_PROCESSOR = "Nehalem";

export const WAYS: readonly Way[] = [
  { target: "linux-x64", words: "as it is", needs: needsMachine("x64"), prepare: () => "" },
  {
    target: "linux-x64",
    words: `qemu, processor of 2008 (${OLD_PROCESSOR})`,
    needs: ["qemu-x86_64"],
    prepare: () => `qemu-x86_64 -cpu ${OLD_PROCESSOR}`,
  },
  {
    target: "linux-x64-musl",
    words: "Debian's musl",
    needs: [...needsMachine("x64"), "gcc", "nm", "/lib/ld-musl-x86_64.so.1"],
    prepare: (executable, folder) => {
      makeMuslLibrary("gcc", executable, folder);
      return `env LD_LIBRARY_PATH=${folder}`;
    },
  },
  { target: "linux-arm64", words: "as it is", needs: needsMachine("arm64"), prepare: () => "" },
  {
    target: "linux-arm64",
    words: "qemu",
    needs: ["qemu-aarch64", `${ARM_LIBRARIES}/lib/ld-linux-aarch64.so.1`],
    prepare: () => `qemu-aarch64 -L ${ARM_LIBRARIES}`,
  },
  {
    target: "linux-arm64-musl",
    words: "qemu, Debian's musl",
    needs: ["qemu-aarch64", "aarch64-linux-gnu-gcc", "nm", "/lib/ld-musl-aarch64.so.1"],
    prepare: (executable, folder) => {
      const loader = join(folder, "lib/ld-musl-aarch64.so.1");
      mkdirSync(dirname(loader));
      symlinkSync("/lib/ld-musl-aarch64.so.1", loader);
      makeMuslLibrary("aarch64-linux-gnu-gcc", executable, folder);
      return `qemu-aarch64 -L ${folder} -E LD_LIBRARY_PATH=${folder}`;
    },
  },
];

function needsMachine(machine: string): string[] {
  return MACHINE === machine ? [] : [`a machine with ${machine}`];
}

export function missingNeeds({ needs }: Way): string[] {
  return needs.filter((need) => need.startsWith("/") ? !existsSync(need) : findCommand(need) === undefined);
}
