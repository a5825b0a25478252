import { Packer } from "../../encoding/msgpack.ts";

/** A profile as the engine gives it: a tree of calls, and at which of them it found the program each time it looked. */
export interface SampledProfile {
  readonly nodes: readonly SampledNode[];
  readonly samples?: readonly number[] | undefined;
  /** Microseconds before each sample. */
  readonly timeDeltas?: readonly number[] | undefined;
}

export interface SampledNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly children?: readonly number[] | undefined;
}

/** What is known of a function, or of its calls from one place. Counts are of samples. */
interface Sums {
  samples: number;
  /** Microseconds in it, without and with what it calls. */
  own: number;
  all: number;
}

interface FunctionSums extends Sums {
  readonly frame: SampledNode["callFrame"];
  readonly callers: Map<string, Sums>;
}

/** Where a function is that has no file. */
const NOWHERE = "~";

/**
 * The profile in BorgBackup's form: by file, line and name of each function how often it was seen (twice, where Python tells
 * recursive calls apart), seconds in it alone and with what it calls, and the same by caller.
 */
export function encodeProfile(profile: SampledProfile): Uint8Array {
  const functions = sumUp(profile);
  const packer = new Packer();
  packer.mapHeader(functions.size);
  for (const sums of functions.values()) {
    writeKey(packer, sums.frame);
    packer.arrayHeader(5);
    writeSums(packer, sums);
    packer.mapHeader(sums.callers.size);
    for (const [key, calls] of sums.callers) {
      writeKey(packer, functions.get(key)!.frame);
      packer.arrayHeader(4);
      writeSums(packer, calls);
    }
  }
  return packer.take();
}

function writeKey(packer: Packer, { functionName, url, lineNumber }: SampledNode["callFrame"]): void {
  packer.arrayHeader(3);
  packer.text(url || NOWHERE);
  packer.int(url ? lineNumber + 1 : 0);
  packer.text(functionName || "(anonymous)");
}

function writeSums(packer: Packer, { samples, own, all }: Sums): void {
  packer.int(samples);
  packer.int(samples);
  packer.float(own / 1e6);
  packer.float(all / 1e6);
}

function sumUp({ nodes, samples = [], timeDeltas = [] }: SampledProfile): Map<string, FunctionSums> {
  const own = new Map<number, Sums>(nodes.map(({ id }) => [id, { samples: 0, own: 0, all: 0 }]));
  for (const [i, id] of samples.entries()) {
    const sums = own.get(id);
    if (sums) add(sums, { samples: 1, own: timeDeltas[i] ?? 0, all: 0 });
  }
  const tree = new CallTree(new Map(nodes.map((node) => [node.id, node])), own);
  const called = new Set(nodes.flatMap(({ children = [] }) => children));
  for (const node of nodes) if (!called.has(node.id)) tree.visit(node);
  return tree.functions;
}

/** Goes through the calls from the outermost one on. */
class CallTree {
  readonly functions = new Map<string, FunctionSums>();
  /** Functions that are being called: what a recursive call takes counts once. */
  readonly #active = new Set<string>();

  constructor(readonly nodes: ReadonlyMap<number, SampledNode>, readonly own: ReadonlyMap<number, Sums>) {}

  /** Gives the time in a call and all that it calls. */
  visit({ id, callFrame, children = [] }: SampledNode, caller?: string): number {
    const key = JSON.stringify([callFrame.url, callFrame.lineNumber, callFrame.functionName]);
    const outermost = !this.#active.has(key);
    const sums = this.#sumsOf(key, callFrame);
    this.#active.add(key);
    const { samples, own } = this.own.get(id)!;
    const all = children.reduce((sum, child) => sum + this.visit(this.nodes.get(child)!, key), own);
    if (outermost) this.#active.delete(key);
    add(sums, { samples, own, all: outermost ? all : 0 });
    if (caller !== undefined) add(callsFrom(sums, caller), { samples, own, all });
    return all;
  }

  #sumsOf(key: string, frame: SampledNode["callFrame"]): FunctionSums {
    const sums = this.functions.get(key) ?? { frame, callers: new Map(), samples: 0, own: 0, all: 0 };
    this.functions.set(key, sums);
    return sums;
  }
}

function callsFrom({ callers }: FunctionSums, caller: string): Sums {
  const calls = callers.get(caller) ?? { samples: 0, own: 0, all: 0 };
  callers.set(caller, calls);
  return calls;
}

function add(sums: Sums, { samples, own, all }: Sums): void {
  sums.samples += samples;
  sums.own += own;
  sums.all += all;
}
