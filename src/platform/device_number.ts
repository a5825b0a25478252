import { forSystem } from "./system.ts";

/** The two parts of a device's number. */
export interface DeviceNumber {
  readonly major: number;
  readonly minor: number;
}

interface Encoding {
  split(rdev: bigint): DeviceNumber;
  join(device: DeviceNumber): bigint;
}

const LINUX: Encoding = {
  split: (rdev) => ({
    major: Number(((rdev >> 8n) & 0xfffn) | ((rdev >> 32n) & 0xfffff000n)),
    minor: Number((rdev & 0xffn) | ((rdev >> 12n) & 0xffffff00n)),
  }),
  join: ({ major, minor }) => {
    const [high, low] = [BigInt(major), BigInt(minor)];
    return (low & 0xffn) | ((high & 0xfffn) << 8n) | ((low & ~0xffn) << 12n) | ((high & ~0xfffn) << 32n);
  },
};

const DARWIN: Encoding = {
  split: (rdev) => ({ major: Number((rdev >> 24n) & 0xffn), minor: Number(rdev & 0xffffffn) }),
  join: ({ major, minor }) => (BigInt(major) << 24n) | BigInt(minor),
};

const FREEBSD: Encoding = {
  split: (rdev) => ({
    major: Number(((rdev >> 32n) & 0xffffff00n) | ((rdev >> 8n) & 0xffn)),
    minor: Number(((rdev >> 24n) & 0xff00n) | (rdev & 0xffff00ffn)),
  }),
  join: ({ major, minor }) => {
    const [high, low] = [BigInt(major), BigInt(minor)];
    return ((high & 0xffffff00n) << 32n) | ((high & 0xffn) << 8n) | ((low & 0xff00n) << 24n) | (low & 0xffff00ffn);
  },
};

/** Linux and FreeBSD spread both parts over 64 bits, each in its own way; macOS has 8 and 24 bits. */
const ENCODING: Encoding = forSystem({ linux: () => LINUX, darwin: () => DARWIN, freebsd: () => FREEBSD });

/** Takes the number of a device apart, as this system's `major` and `minor` do. */
export function splitDevice(rdev: bigint): DeviceNumber {
  return ENCODING.split(rdev);
}

/** This system's `makedev`. */
export function joinDevice(device: DeviceNumber): bigint {
  return ENCODING.join(device);
}
