import type { Repository } from "../../repository/repository.ts";

/** Ids are taken from the log this many at a time. */
const PAGE = 1000;

/** The ids of all current objects in the order in which they lie in the log. */
export async function* idsInLogOrder(repository: Repository): AsyncGenerator<Uint8Array> {
  for (let page = await repository.scan(PAGE); page.length > 0; page = await repository.scan(PAGE, page.at(-1))) {
    yield* page;
  }
}
