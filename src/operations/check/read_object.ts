import type { Objects } from "../../archive/objects.ts";
import { DecompressionError } from "../../compression/errors.ts";
import { type BorgError, IntegrityError } from "../../errors.ts";
import { ObjectNotFound } from "../../repository/errors.ts";

/** Whether an object is missing or damaged; whatever else goes wrong says nothing about it. */
export function isDamage(error: unknown): error is BorgError {
  return error instanceof IntegrityError || error instanceof DecompressionError || error instanceof ObjectNotFound;
}

/** An object as it is stored, and what it holds. */
export interface OpenedObject {
  readonly object: Uint8Array;
  readonly plaintext: Uint8Array;
}

/** Undefined when it is missing or damaged. */
export async function openObject(objects: Objects, id: Uint8Array): Promise<OpenedObject | undefined> {
  try {
    const object = await objects.repository.get(id);
    return { object, plaintext: objects.unseal(id, object) };
  } catch (error) {
    if (isDamage(error)) return undefined;
    throw error;
  }
}

/** An object's plaintext; undefined when it cannot be had, which `report` tells. */
export async function readObject(
  objects: Objects,
  id: Uint8Array,
  report: (damage: BorgError) => void,
): Promise<Uint8Array | undefined> {
  try {
    return await objects.read(id);
  } catch (error) {
    if (!isDamage(error)) throw error;
    report(error);
    return undefined;
  }
}
