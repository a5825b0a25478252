const PATTERNS =
  `Patterns choose paths. They are compared with paths as archives have them, without a leading slash; one at the start of a
pattern is taken off. Before the pattern may stand two letters and a colon that say how to read it:

  fm:  shell-like: * and ? stand for any characters, also slashes; [...] and [!...] for one of a set. Also matches
       everything in a directory that matches. What --exclude and --exclude-from take when nothing is said
  sh:  the same, but * and ? do not stand for slashes, and **/ stands for any number of directories. What --pattern and
       --patterns-from take when nothing is said
  re:  a regular expression, searched for anywhere in the path
  pp:  a path, and everything in it. What PATH arguments take when nothing is said
  pf:  exactly this path. Looked up before all others, so that thousands of them cost nothing

--exclude PATTERN leaves out what matches. --exclude-from FILE reads such patterns, one per line; empty lines and lines that
start with # do not count.

--pattern and the lines of --patterns-from FILE begin with a letter and a blank or nothing:

  R PATH     a place to start from, like a PATH argument
  P STYLE    the style of the patterns below, in this file: one of the five above
  + PATTERN  take what matches
  - PATTERN  leave out what matches, but look into directories: something in them may be taken
  ! PATTERN  leave out what matches and do not even look into it

Of all patterns, in the order of the command line, the first that matches decides. What none matches is taken.

Examples:
  borg create -e 'sh:home/*/.cache' -e '*.o' repo::name /home
  borg create --pattern '+ home/me/photos' --pattern '! home/me/*' repo::name /home
`;

const PLACEHOLDERS =
  `Locations, archive names, comments, --prefix, --glob-archives and --remote-path may hold placeholders:

  {hostname}      short name of this machine
  {fqdn}          full name of this machine
  {reverse-fqdn}  full name of this machine, parts in reverse order
  {user}          name of the user
  {pid}           number of this process
  {now}           date and time here; a strftime format may follow: {now:%Y-%m-%d}
  {utcnow}        date and time in UTC, likewise
  {unixtime}      seconds since 1970
  {uuid4}         a random UUID
  {borgversion}   version of BorgBackup that this program stands for; also {borgmajor}, {borgminor}, {borgpatch}

{{ and }} stand for braces. Any other name is an error. With --timestamp, {now} and {utcnow} in an archive's name mean that
time. Some shells treat braces specially: put the argument in quotes.

Examples:
  borg create '/mnt/backup/repo::{hostname}-{now:%Y-%m-%dT%H:%M:%S}' /home
  borg list --glob-archives '{hostname}-*' /mnt/backup/repo
`;

const COMPRESSION =
  `Each chunk of content is compressed on its own, so a repository may hold chunks of all kinds. Content that is there already
is not compressed again.

  none             as it is
  lz4              very fast; the default
  zstd[,L]         L from 1, fast, to 22, small; 3 if nothing is said
  zlib[,L]         L from 0 to 9; 6 if nothing is said. For old readers; zstd is better at everything
  lzma[,L]         L from 0 to 9; 6 if nothing is said. Slow; more than 6 is of no use for chunks
  auto,C[,L]       tries lz4, and takes C only where that helps; else nothing or lz4
  obfuscate,S,C[,L]  compresses with C and adds random bytes, so that sizes tell less:
                   S 1 to 6: 10^(S-3) times the size or more, at random; so 1 adds a hundredth and up
                   S 110 to 123: up to 2^(S-100) bytes, so that 110 is 1 KiB and 123 is 8 MiB
                   S 250: as much as brings the size to the next one of the Padmé series, at most 12 per cent

Examples:
  borg create -C zstd,10 repo::name /home
  borg create -C auto,lzma repo::name /home
  borg create -C obfuscate,110,zstd,3 repo::name /home
`;

/** Texts of "borg help" that belong to no single command. */
export const TOPICS: ReadonlyMap<string, string> = new Map([
  ["patterns", PATTERNS],
  ["placeholders", PLACEHOLDERS],
  ["compression", COMPRESSION],
]);
