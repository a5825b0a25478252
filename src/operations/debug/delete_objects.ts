import { ObjectNotFound } from "../../repository/errors.ts";
import type { Repository } from "../../repository/repository.ts";
import type { TypedId } from "./object_id.ts";

/** Deletes objects, and commits when at least one was there. `tell` hears of each in turn whether it was. */
export async function deleteObjects(
  repository: Repository,
  targets: Iterable<TypedId>,
  tell: (target: TypedId, wasThere: boolean) => void,
): Promise<void> {
  let deleted = 0;
  for (const target of targets) {
    const wasThere = await remove(repository, target.id);
    if (wasThere) deleted++;
    tell(target, wasThere);
  }
  if (deleted > 0) await repository.commit();
}

async function remove(repository: Repository, id: Uint8Array): Promise<boolean> {
  try {
    await repository.delete(id);
    await repository.settle();
    return true;
  } catch (error) {
    if (error instanceof ObjectNotFound) return false;
    throw error;
  }
}
