/**
 * What is there already, or will be: a promise only where something has to be waited for. Most work on small files never
 * waits, and promises for each would cost more than the work.
 */
export type Eventually<T> = T | Promise<T>;

/** Work that goes on; undefined when it is done already. */
export type Work = Promise<void> | undefined;

/** Does `next` once `work` is done. */
export function andAlso(work: Work, next: () => Work): Work {
  return work ? work.then(next) : next();
}

/** Does `next` once the value is there. */
export function andThen<T>(value: Eventually<T>, next: (value: T) => Work): Work {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** Runs `cleanUp` when `use` has come to its end, however that was. */
export function eventuallyClosing<T>(use: () => Eventually<T>, cleanUp: () => void): Eventually<T> {
  let goesOn = false;
  try {
    const result = use();
    goesOn = result instanceof Promise;
    return result instanceof Promise ? result.finally(cleanUp) : result;
  } finally {
    if (!goesOn) cleanUp();
  }
}
