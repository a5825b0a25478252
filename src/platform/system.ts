import process from "node:process";

/** The operating systems that this program knows. */
export type System = "linux" | "darwin" | "freebsd";

export const system: System = knownSystem(process.platform);

/** Makes what the running system needs; the factories of the others are not called, so they may link what only they have. */
export function forSystem<T>(choices: Record<System, () => T>): T {
  return choices[system]();
}

function knownSystem(name: string): System {
  if (name === "linux" || name === "darwin" || name === "freebsd") return name;
  throw new Error(`operating system not supported: ${name}`);
}
