import { type Encodable } from "../../encoding/msgpack.ts";
import type { Repository } from "../repository.ts";
import type { Arguments } from "./arguments.ts";

/** Does what a method does, with an open repository. */
export type Handler = (repository: Repository, args: Arguments, server: Surroundings) => Promise<Encodable>;

/** What methods need beside the repository. */
export interface Surroundings {
  /** Called often by long work, so that others have their turn; throws when the server is to end. */
  pace(): Promise<void>;
}

/** What the methods of format reference 10.3 do that need an open repository. */
export const HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ["get", (repository, args) => repository.get(args.id("id"))],
  ["put", (repository, args) => done(repository.put(args.id("id"), args.bytes("data")))],
  ["delete", (repository, args) => done(repository.delete(args.id("id")))],
  ["list", list],
  ["scan", scan],
  ["__len__", (repository) => repository.count()],
  ["check", check],
  ["commit", commit],
  ["rollback", (repository) => done(repository.rollback())],
  ["destroy", (repository) => done(repository.destroy())],
  ["save_key", (repository, args) => done(repository.saveKey(args.bytes("keydata")))],
  ["load_key", (repository) => repository.loadKey()],
  ["get_free_nonce", async (repository) => (await repository.getFreeNonce()) ?? null],
  ["commit_nonce_reservation", reserveNonces],
  ["break_lock", (repository) => done(repository.breakLock())],
]);

async function done(work: Promise<void>): Promise<null> {
  await work;
  return null;
}

function list(repository: Repository, args: Arguments): Promise<Uint8Array[]> {
  return repository.list(limitOf(args), markerOf(args));
}

function scan(repository: Repository, args: Arguments): Promise<Uint8Array[]> {
  return repository.scan(limitOf(args) ?? Infinity, markerOf(args));
}

function limitOf(args: Arguments): number | undefined {
  return args.optional("limit", (name) => args.amount(name, Infinity));
}

function markerOf(args: Arguments): Uint8Array | undefined {
  return args.optional("marker", (name) => args.id(name));
}

function check(repository: Repository, args: Arguments, { pace }: Surroundings): Promise<boolean> {
  return repository.check({ repair: args.flag("repair", false), maxDuration: args.amount("max_duration", 0), pace });
}

/** Clients before 1.2 know nothing of `compact` and rely on every commit freeing space, so it is on unless they say no. */
function commit(repository: Repository, args: Arguments): Promise<null> {
  return done(repository.commit({
    compact: args.flag("compact", true),
    threshold: args.amount("threshold", 0.1),
    cleanupCommits: args.flag("cleanup_commits", false),
  }));
}

function reserveNonces(repository: Repository, args: Arguments): Promise<null> {
  const expected = args.optional("start_nonce", (name) => args.integer(name));
  return done(repository.commitNonceReservation(args.integer("next_unreserved"), expected));
}
