/**
 * What OpenSSH's client takes as configuration and what the built-in client makes of it. Whatever is in none of these
 * lists, in a version of OpenSSH that is yet to come for example, is for `ssh` itself.
 */

/** The first value that is found counts. */
const FOLLOWED = [
  "AddressFamily",
  "BatchMode",
  "BindAddress",
  "Compression",
  "ConnectTimeout",
  "ConnectionAttempts",
  "GlobalKnownHostsFile",
  "HashKnownHosts",
  "HostKeyAlias",
  "HostName",
  "IdentitiesOnly",
  "IdentityAgent",
  "KbdInteractiveAuthentication",
  "LogLevel",
  "NumberOfPasswordPrompts",
  "PasswordAuthentication",
  "Port",
  "PreferredAuthentications",
  "ProxyJump",
  "PubkeyAuthentication",
  "ServerAliveCountMax",
  "ServerAliveInterval",
  "StrictHostKeyChecking",
  "TCPKeepAlive",
  "User",
  "UserKnownHostsFile",
] as const;

/** All values count. */
const GATHERED = ["IdentityFile", "SendEnv"] as const;

/**
 * What means nothing to a session that has no terminal, forwards nothing and runs one program, or only matters together
 * with a directive that is not followed. GSSAPI and host-based authentication may be asked for: there are other ways in.
 */
const MEANINGLESS = [
  "CASignatureAlgorithms",
  "CanonicalDomains",
  "CanonicalizeFallbackLocal",
  "CanonicalizeMaxDots",
  "CanonicalizePermittedCNAMEs",
  "ChallengeResponseAuthentication",
  "ChannelTimeout",
  "Cipher",
  "ClearAllForwardings",
  "CompressionLevel",
  "ControlPersist",
  "EnableEscapeCommandline",
  "EnableSSHKeysign",
  "EscapeChar",
  "ExitOnForwardFailure",
  "ForwardAgent",
  "ForwardX11",
  "ForwardX11Timeout",
  "ForwardX11Trusted",
  "GatewayPorts",
  "GSSAPIAuthentication",
  "GSSAPIClientIdentity",
  "GSSAPIDelegateCredentials",
  "GSSAPIKexAlgorithms",
  "GSSAPIRenewalForcesRekey",
  "GSSAPIServerIdentity",
  "GSSAPITrustDns",
  "HostbasedAcceptedAlgorithms",
  "HostbasedKeyTypes",
  "IPQoS",
  "KbdInteractiveDevices",
  "LocalCommand",
  "LogVerbose",
  "ObscureKeystrokeTiming",
  "PermitRemoteOpen",
  "Protocol",
  "ProxyUseFdpass",
  "RekeyLimit",
  "RequestTTY",
  "SecurityKeyProvider",
  "StreamLocalBindMask",
  "StreamLocalBindUnlink",
  "SyslogFacility",
  "Tag",
  "TunnelDevice",
  "UpdateHostKeys",
  "UseKeychain",
  "UseRoaming",
  "UsePrivilegedPort",
  "VersionAddendum",
  "VisualHostKey",
  "XAuthLocation",
];

/** Means nothing with these values; with others, the built-in client would not do what is asked for. */
const HARMLESS: Readonly<Record<string, readonly string[]>> = {
  AddKeysToAgent: ["no"],
  CanonicalizeHostname: ["no"],
  CheckHostIP: ["no"],
  ControlMaster: ["no"],
  ControlPath: ["none"],
  FingerprintHash: ["sha256"],
  ForkAfterAuthentication: ["no"],
  GSSAPIKeyExchange: ["no"],
  HostbasedAuthentication: ["no"],
  KnownHostsCommand: ["none"],
  NoHostAuthenticationForLocalhost: ["no"],
  PermitLocalCommand: ["no"],
  PKCS11Provider: ["none"],
  ProxyCommand: ["none"],
  RemoteCommand: ["none"],
  RevokedHostKeys: ["none"],
  SessionType: ["default"],
  StdinNull: ["no"],
  Tunnel: ["no"],
  VerifyHostKeyDNS: ["no"],
};

export type FollowedDirective = (typeof FOLLOWED)[number];
export type GatheredDirective = (typeof GATHERED)[number];

/** How a directive is dealt with, by its name in lower case. */
export type Treatment =
  | { readonly kind: "followed"; readonly name: FollowedDirective }
  | { readonly kind: "gathered"; readonly name: GatheredDirective }
  | { readonly kind: "meaningless" }
  | { readonly kind: "harmless"; readonly values: readonly string[] };

export const TREATMENTS: ReadonlyMap<string, Treatment> = new Map<string, Treatment>([
  ...FOLLOWED.map((name) => entry(name, { kind: "followed", name })),
  ...GATHERED.map((name) => entry(name, { kind: "gathered", name })),
  ...MEANINGLESS.map((name) => entry(name, { kind: "meaningless" })),
  ...Object.entries(HARMLESS).map(([name, values]) => entry(name, { kind: "harmless", values })),
]);

function entry(name: string, treatment: Treatment): readonly [string, Treatment] {
  return [name.toLowerCase(), treatment];
}
