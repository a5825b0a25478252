import type { Target } from "../transport.ts";
import { configurationOf } from "./configuration.ts";
import { HostKeys } from "./host_key.ts";
import { requireSupportedIdentities } from "./identities.ts";
import type { Hop } from "./login.ts";
import type { SshTools } from "./tools.ts";
import { Unsupported } from "./unsupported.ts";

const MOST_HOPS = 8;
const JUMP = /^(?:ssh:\/\/)?(?:(?<user>[^@]+)@)?(?:\[(?<v6>[^\]]+)\]|(?<host>[^:@[\]]+))(?::(?<port>\d{1,5}))?\/?$/;

/** The hosts that lead to a target, and it. Throws Unsupported, or BadPermissions. */
export function routeTo(target: Target, tools: SshTools, depth = 0): Hop[] {
  if (depth > MOST_HOPS) throw new Unsupported("ProxyJump that leads in circles");
  const last = hopTo(target, tools);
  const [first, ...others] = last.configuration.jumps.map(parseJump);
  if (first === undefined) return [last];
  return [...routeTo(first, tools, depth + 1), ...others.map((other) => hopTo(other, tools)), last];
}

function hopTo(target: Target, tools: SshTools): Hop {
  const configuration = configurationOf(target, tools);
  requireSupportedIdentities(configuration.authentication);
  return { configuration, hostKeys: new HostKeys(configuration) };
}

function parseJump(text: string): Target {
  const { user, v6, host, port } = JUMP.exec(text)?.groups ?? {};
  const name = v6 ?? host;
  if (name === undefined) throw new Unsupported(`ProxyJump ${text}`);
  return { host: name, ...(user !== undefined && { user }), ...(port !== undefined && { port: Number(port) }) };
}
