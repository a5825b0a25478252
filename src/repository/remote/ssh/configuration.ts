import { hostname, userInfo } from "node:os";
import { isAbsolute, join } from "node:path";
import process from "node:process";
import type { Environment } from "../../../platform/environment.ts";
import { homeOfUser, userName } from "../../../platform/owners.ts";
import type { Target } from "../transport.ts";
import { ClientSettings } from "./client_settings.ts";
import { choiceOf, flagOf, FLAGS, numberOf, timeOf } from "./setting_values.ts";
import { expandTokens, type Tokens } from "./tokens.ts";
import { Unsupported } from "./unsupported.ts";

export type HostKeyPolicy = "strict" | "ask" | "accept-new" | "off";
export type Method = "publickey" | "keyboard-interactive" | "password";

/** All that the built-in client must know to connect to a host. Paths are absolute. */
export interface Configuration {
  readonly hostName: string;
  readonly port: number;
  readonly user: string;
  /** `[user@]host[:port]` of the hosts to go through, in their order. */
  readonly jumps: readonly string[];
  readonly addressFamily: 0 | 4 | 6;
  readonly bindAddress: string | undefined;
  /** Seconds; 0 = as long as the system tries. */
  readonly connectTimeout: number;
  readonly connectionAttempts: number;
  readonly compression: boolean;
  /** Seconds between questions whether the server is there; 0 = none. */
  readonly aliveInterval: number;
  readonly aliveCountMax: number;
  readonly tcpKeepAlive: boolean;
  /** Only errors are worth a line. */
  readonly quiet: boolean;
  readonly batch: boolean;
  readonly sendEnv: readonly string[];
  readonly hostKeys: HostKeySettings;
  readonly authentication: AuthenticationSettings;
}

export interface HostKeySettings {
  readonly policy: HostKeyPolicy;
  readonly alias: string | undefined;
  readonly userFiles: readonly string[];
  readonly globalFiles: readonly string[];
  readonly hash: boolean;
}

export interface AuthenticationSettings {
  readonly methods: readonly Method[];
  readonly identityFiles: readonly string[];
  /** The files were named, so that a missing one is worth a line. */
  readonly named: boolean;
  readonly identitiesOnly: boolean;
  /** The agent's socket, undefined = none. */
  readonly agent: string | undefined;
  readonly passwordPrompts: number;
}

export interface ConfigurationSources {
  readonly env: Environment;
  /** Default: /etc/ssh/ssh_config. */
  readonly systemFile?: string;
}

const SYSTEM_FOLDER = "/etc/ssh";
const DEFAULT_IDENTITIES = ["id_rsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk", "id_xmss", "id_dsa"];
const METHODS: readonly Method[] = ["publickey", "keyboard-interactive", "password"];
const POLICIES: Readonly<Record<string, HostKeyPolicy>> = {
  yes: "strict",
  ask: "ask",
  "accept-new": "accept-new",
  no: "off",
  off: "off",
};
const FAMILIES: Readonly<Record<string, 0 | 4 | 6>> = { any: 0, inet: 4, inet6: 6 };

/** The effective configuration for a host. Throws Unsupported, or BadPermissions. */
export function configurationOf(target: Target, { env, systemFile }: ConfigurationSources): Configuration {
  const home = homeFolder(env);
  const localUser = userName(process.getuid!()) ?? userInfo().username;
  const query = { host: target.host, user: target.user, localUser, home };
  const settings = ClientSettings.read({ ...query, systemFile: systemFile ?? join(SYSTEM_FOLDER, "ssh_config") });
  const port = target.port ?? numberOf(settings, "Port", 22);
  const user = target.user ?? settings.word("User") ?? localUser;
  const given = settings.word("HostName") ?? target.host;
  const hostName = expandTokens(given, { h: target.host }, {});
  const tokens: Tokens = {
    d: home,
    h: hostName,
    i: String(process.getuid!()),
    k: settings.word("HostKeyAlias") ?? target.host,
    L: hostname().split(".")[0]!,
    l: hostname(),
    n: target.host,
    p: String(port),
    r: user,
    u: localUser,
  };
  const place: Place = { settings, home, tokens, env };
  return {
    hostName,
    port,
    user,
    jumps: jumpsOf(settings),
    ...linkOf(settings),
    quiet: ["quiet", "fatal", "error"].includes(settings.word("LogLevel")?.toLowerCase() ?? ""),
    batch: flagOf(settings, "BatchMode", false),
    sendEnv: settings.all("SendEnv"),
    hostKeys: hostKeySettings(place),
    authentication: authenticationSettings(place),
  };
}

/** Where `~` is: HOME, which OpenSSH does not look at, or what the user database says. */
function homeFolder({ HOME }: Environment): string {
  return HOME || homeOfUser(process.getuid!()) || "/";
}

interface Place {
  readonly settings: ClientSettings;
  readonly home: string;
  readonly tokens: Tokens;
  readonly env: Environment;
}

function linkOf(settings: ClientSettings) {
  return {
    addressFamily: choiceOf(settings, "AddressFamily", FAMILIES, 0),
    bindAddress: settings.word("BindAddress"),
    connectTimeout: timeOf(settings, "ConnectTimeout", 0),
    connectionAttempts: Math.max(1, numberOf(settings, "ConnectionAttempts", 1)),
    compression: flagOf(settings, "Compression", false),
    aliveInterval: timeOf(settings, "ServerAliveInterval", 0),
    aliveCountMax: numberOf(settings, "ServerAliveCountMax", 3),
    tcpKeepAlive: flagOf(settings, "TCPKeepAlive", true),
  };
}

function hostKeySettings(place: Place): HostKeySettings {
  const { settings, home } = place;
  const user = settings.words("UserKnownHostsFile") ?? ["~/.ssh/known_hosts", "~/.ssh/known_hosts2"];
  const global = settings.words("GlobalKnownHostsFile") ??
    [join(SYSTEM_FOLDER, "ssh_known_hosts"), join(SYSTEM_FOLDER, "ssh_known_hosts2")];
  const files = (words: readonly string[]) =>
    words.filter((word) => word !== "none").map((word) => inHome(expandIn(place, word), home));
  return {
    policy: choiceOf(settings, "StrictHostKeyChecking", POLICIES, "ask"),
    alias: settings.word("HostKeyAlias"),
    userFiles: files(user),
    globalFiles: files(global),
    hash: flagOf(settings, "HashKnownHosts", false),
  };
}

function authenticationSettings(place: Place): AuthenticationSettings {
  const { settings, home } = place;
  const named = settings.all("IdentityFile");
  const files = named.length > 0 ? named : DEFAULT_IDENTITIES.map((name) => `~/.ssh/${name}`);
  return {
    methods: methodsOf(settings),
    identityFiles: files.filter((word) => word !== "none").map((word) => inHome(expandIn(place, word), home)),
    named: named.length > 0,
    identitiesOnly: flagOf(settings, "IdentitiesOnly", false),
    agent: agentOf(place),
    passwordPrompts: numberOf(settings, "NumberOfPasswordPrompts", 3),
  };
}

function agentOf(place: Place): string | undefined {
  const { settings, home, env } = place;
  const word = settings.word("IdentityAgent") ?? "SSH_AUTH_SOCK";
  if (word === "none") return undefined;
  if (word === "SSH_AUTH_SOCK") return env["SSH_AUTH_SOCK"] || undefined;
  if (/^\$\w+$/.test(word)) return env[word.slice(1)] || undefined;
  return inHome(expandIn(place, word), home);
}

function methodsOf(settings: ClientSettings): Method[] {
  const allowed: Record<Method, boolean> = {
    publickey: publicKeysAllowed(settings),
    "keyboard-interactive": flagOf(settings, "KbdInteractiveAuthentication", true),
    password: flagOf(settings, "PasswordAuthentication", true),
  };
  const wanted = settings.word("PreferredAuthentications")?.split(",") ?? METHODS;
  return wanted.filter((name): name is Method => METHODS.includes(name as Method) && allowed[name as Method]);
}

/** Besides yes and no there are two values that say how session binding of the agent is dealt with, which is not done here. */
function publicKeysAllowed(settings: ClientSettings): boolean {
  return choiceOf(settings, "PubkeyAuthentication", { ...FLAGS, unbound: true, "host-bound": true }, true);
}

function jumpsOf(settings: ClientSettings): string[] {
  const word = settings.word("ProxyJump");
  return word === undefined || word.toLowerCase() === "none" ? [] : word.split(",");
}

function expandIn({ tokens, env }: Place, text: string): string {
  return expandTokens(text, tokens, env);
}

/** `~` of others is left to `ssh`. */
function inHome(path: string, home: string): string {
  if (path === "~" || path.startsWith("~/")) return join(home, path.slice(1));
  if (path.startsWith("~")) throw new Unsupported(path);
  return isAbsolute(path) ? path : join(process.cwd(), path);
}
