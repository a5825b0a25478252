import type { RepositoryListener } from "../listener.ts";
import { DELETE, type Entry, PUT } from "./entry.ts";
import type { Segments } from "./segments.ts";
import type { State } from "./state.ts";

/** What replaying needs to know of an entry. */
export type LogEntry = Omit<Entry, "data">;

/**
 * Brings `state`, that of transaction `after`, up to transaction `upTo` by reading the segments between. Throws DamagedEntry
 * when one of them is not sound.
 */
export function replay(
  segments: Segments,
  state: State,
  range: { after: number; upTo: number },
  listener: RepositoryListener,
): void {
  const pending = segments.numbers().filter((segment) => segment > range.after && segment <= range.upTo);
  pending.forEach((segment, done) => {
    listener.progress("repository.replay_segments", done, pending.length);
    applyEntries(segments, state, segment, segments.entries(segment));
  });
  listener.finished("repository.replay_segments");
}

/** Lets `state` know a further segment, by the rules of format reference 2.5. */
export function applyEntries(segments: Segments, state: State, segment: number, entries: Iterable<LogEntry>): void {
  const { usage } = state;
  usage.segments.set(segment, 0);
  for (const entry of entries) {
    if (entry.tag === PUT) applyPut(state, segment, entry);
    else if (entry.tag === DELETE) applyDelete(segments, state, entry);
  }
  if (usage.segments.get(segment) === 0) usage.compact.set(segment, segments.size(segment));
}

function applyPut({ index, usage }: State, segment: number, { id, offset, size }: LogEntry): void {
  const bucket = index.find(id);
  // The size of the new entry stands for that of the old one, as in BorgBackup.
  if (bucket >= 0) usage.superseded(index.word(bucket, 0), id, size);
  index.set(id, segment, offset);
  usage.added(segment, size);
}

function applyDelete(segments: Segments, { index, usage }: State, { id }: LogEntry): void {
  const bucket = index.find(id);
  if (bucket < 0) return;
  const [segment, offset] = [index.word(bucket, 0), index.word(bucket, 1)];
  if (segments.exists(segment)) usage.superseded(segment, id, segments.entrySize(segment, offset, id));
  index.delete(id);
}
