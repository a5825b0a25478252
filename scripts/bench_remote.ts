import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Contestant } from "./bench/contestant.ts";
import { writeImage, writeSmallFiles } from "./bench/data.ts";
import { type Command, type Cost, measure, summarize } from "./bench/measure.ts";
import { heading, row } from "./bench/report.ts";
import { openSlowRoad } from "./bench/slow_road.ts";
import { Sshd } from "./bench/sshd.ts";
import { projectRoot } from "./programs.ts";

// Both clients against both servers over one sshd, without and with a delay. Needs root's right to run sshd, and a peer.

const { values } = parseArgs({
  options: {
    size: { type: "string", default: "128" },
    files: { type: "string", default: "2000" },
    rounds: { type: "string", default: "2" },
    delay: { type: "string", default: "50" },
    borg: { type: "string", default: join(projectRoot, "dist/borg") },
    peer: { type: "string", default: "/usr/bin/borg" },
    port: { type: "string", default: "42022" },
  },
});

/** One way to a server. */
interface Road {
  readonly name: string;
  readonly shell: string;
  readonly server: string;
}

function remote(command: Command, { shell, server }: Road): Command {
  return { ...command, env: { ...command.env, BORG_RSH: shell, BORG_REMOTE_PATH: server } };
}

/** Init, create and extract of one kind of data; gives what the last two cost. */
async function travel(client: Contestant, road: Road, folder: string): Promise<[Cost, Cost]> {
  const path = join(client.repository("remote"));
  rmSync(path, { recursive: true, force: true });
  const location = `ssh://127.0.0.1${path}`;
  const run = (args: readonly string[], cwd?: string) => measure(remote(client.command(args, cwd), road));
  await run(["init", "-e", "repokey-blake2", location]);
  const created = await run(["create", "-C", "lz4", `${location}::a`, "."], folder);
  return [created, await run(["extract", `${location}::a`], client.freshTarget())];
}

async function compare(road: Road, what: string, folder: string, clients: readonly Contestant[]): Promise<void> {
  const costs = clients.map((): [Cost[], Cost[]] => [[], []]);
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const [i, client] of clients.entries()) {
      const [created, extracted] = await travel(client, road, folder);
      costs[i]![0].push(created);
      costs[i]![1].push(extracted);
    }
  }
  for (const [job, name] of ["create", "extract"].entries()) {
    const [ours, theirs] = costs.map((cost) => summarize(cost[job]!));
    console.log(row(`${road.name}: ${name} ${what}`, ours!, theirs));
  }
}

async function main(folder: string): Promise<void> {
  const [image, files] = [join(folder, "image"), join(folder, "files")];
  for (const path of [image, files]) mkdirSync(path);
  writeImage(join(image, "vm.img"), Number(values.size));
  writeSmallFiles(files, Number(values.files));
  const [ours, peer] = [realpathSync(values.borg), realpathSync(values.peer)];
  const clients = [new Contestant("ours", ours, folder), new Contestant("theirs", peer, folder)];
  const port = Number(values.port);
  const sshd = new Sshd(join(folder, "sshd"), port);
  await sshd.start();
  const slow = await openSlowRoad(port + 1, port, Number(values.delay));
  console.log(`image of ${values.size} MiB, ${values.files} small files; ${values.rounds} rounds over ssh\n`);
  console.log(heading(["our client", "their client"]));
  try {
    for (const [at, shell] of [["", sshd.shell()], [` +${values.delay} ms`, sshd.shell(port + 1)]] as const) {
      for (const [name, server] of [["our server", ours], ["their server", peer]] as const) {
        const road = { name: `${name}${at}`, shell, server };
        await compare(road, "image", image, clients);
        await compare(road, "files", files, clients);
      }
    }
  } finally {
    slow.close();
    sshd.stop();
  }
}

const folder = mkdtempSync(join(tmpdir(), "vinculum-bench-"));
try {
  await main(folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
