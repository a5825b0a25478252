import type { FuseDevice } from "./device.ts";

/** A file system that this process serves. */
export interface Mounted {
  readonly device: FuseDevice;
  /** Takes the file system away; what has files open in it keeps them until the device is closed. May be called twice. */
  unmount(): void;
}

/** One way to mount. Gives undefined when this machine does not have it, throws FuseError when it does and it fails. */
export type Mounter = (mountpoint: string, options: readonly string[]) => Mounted | undefined;
