/** The three flags that archives keep on Linux (format reference 4.7): stored bit and the inode's bit. */
const PAIRS: readonly (readonly [stored: number, inode: number])[] = [[0x1, 0x40], [0x2, 0x10], [0x4, 0x20]];

/** The inode bits that a restore may change. */
export const CHANGEABLE_INODE_FLAGS = 0x70;

/** Stored flags of an inode's flags. */
export function flagsOfInode(inode: number): number {
  let stored = 0;
  for (const [bit, inodeBit] of PAIRS) if (inode & inodeBit) stored |= bit;
  return stored;
}

/** An inode's flags of stored flags. */
export function inodeOfFlags(stored: number): number {
  let inode = 0;
  for (const [bit, inodeBit] of PAIRS) if (stored & bit) inode |= inodeBit;
  return inode;
}
