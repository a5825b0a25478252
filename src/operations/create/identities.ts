import type { Stat } from "../../platform/stat.ts";

/** What makes a file system object the same one under another name. */
export type Identity = Pick<Stat, "dev" | "ino">;

/** A set of file system objects. Asked for each object that a walk comes to, it hardly ever has one of that inode. */
export class Identities {
  readonly #devices = new Map<number | bigint, Set<number | bigint>>();

  constructor(members: Iterable<Identity> = []) {
    for (const member of members) this.add(member);
  }

  add({ dev, ino }: Identity): void {
    const devices = this.#devices.get(ino);
    if (devices) devices.add(dev);
    else this.#devices.set(ino, new Set([dev]));
  }

  has({ dev, ino }: Identity): boolean {
    return this.#devices.get(ino)?.has(dev) === true;
  }
}

/** The identity as a text. */
export function identity({ dev, ino }: Identity): string {
  return `${dev}:${ino}`;
}
