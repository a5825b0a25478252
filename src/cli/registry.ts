import type { CommandContainer, CommandLeaf } from "./command_tree.ts";

const KEY: CommandContainer = {
  name: "key",
  help: "manage the key of a repository",
  commands: [
    leaf(
      "change-passphrase",
      "change the passphrase of a key",
      async () => (await import("./commands/key_change_passphrase.ts")).keyChangePassphrase,
    ),
    leaf("export", "write a copy of the key", async () => (await import("./commands/key_export.ts")).keyExport),
    leaf(
      "export-related-secrets",
      "write what a related repository can be made with",
      async () => (await import("./commands/key_export_related_secrets.ts")).keyExportRelatedSecrets,
    ),
    leaf("import", "read a key from a copy", async () => (await import("./commands/key_import.ts")).keyImport),
    leaf(
      "migrate-to-repokey",
      "give a repository of the old passphrase mode a key",
      async () => (await import("./commands/key_migrate_to_repokey.ts")).keyMigrateToRepokey,
    ),
  ],
};

const BENCHMARK: CommandContainer = {
  name: "benchmark",
  help: "measure how fast this is",
  commands: [
    leaf(
      "crud",
      "measure how fast archives are created, read, updated and deleted",
      async () => (await import("./commands/benchmark_crud.ts")).benchmarkCrud,
    ),
  ],
};

const DEBUG: CommandContainer = {
  name: "debug",
  help: "look into repositories, for finding bugs",
  commands: [
    leaf(
      "info",
      "show on what this program runs",
      async () => (await import("./commands/debug_info.ts")).debugInfo,
    ),
    leaf(
      "dump-archive-items",
      "write the stored list of an archive's files",
      async () => (await import("./commands/debug_dump_archive_items.ts")).debugDumpArchiveItems,
    ),
    leaf(
      "dump-archive",
      "write what is stored about an archive as JSON",
      async () => (await import("./commands/debug_dump_archive.ts")).debugDumpArchive,
    ),
    leaf(
      "dump-manifest",
      "write a repository's manifest as JSON",
      async () => (await import("./commands/debug_dump_manifest.ts")).debugDumpManifest,
    ),
    leaf(
      "dump-repo-objs",
      "write all objects of a repository",
      async () => (await import("./commands/debug_dump_repo_objs.ts")).debugDumpRepoObjs,
    ),
    leaf(
      "search-repo-objs",
      "look for bytes in the objects of a repository",
      async () => (await import("./commands/debug_search_repo_objs.ts")).debugSearchRepoObjs,
    ),
    leaf(
      "id-hash",
      "show the id of what a file holds",
      async () => (await import("./commands/debug_id_hash.ts")).debugIdHash,
    ),
    leaf(
      "get-obj",
      "write a stored object into a file",
      async () => (await import("./commands/debug_get_obj.ts")).debugGetObj,
    ),
    leaf(
      "put-obj",
      "store what a file holds as an object",
      async () => (await import("./commands/debug_put_obj.ts")).debugPutObj,
    ),
    leaf(
      "delete-obj",
      "delete objects from a repository",
      async () => (await import("./commands/debug_delete_obj.ts")).debugDeleteObj,
    ),
    leaf(
      "refcount-obj",
      "show how often objects are referred to",
      async () => (await import("./commands/debug_refcount_obj.ts")).debugRefcountObj,
    ),
    leaf(
      "dump-hints",
      "write a repository's hints as JSON",
      async () => (await import("./commands/debug_dump_hints.ts")).debugDumpHints,
    ),
    leaf(
      "convert-profile",
      "make a Python profile of one that --debug-profile has written",
      async () => (await import("./commands/debug_convert_profile.ts")).debugConvertProfile,
    ),
  ],
};

/** Every command of the program. */
export const ROOT: CommandContainer = {
  name: "borg",
  help: "Deduplicating, encrypting backups, compatible with BorgBackup 1.4",
  commands: [
    BENCHMARK,
    leaf(
      "break-lock",
      "remove the locks of a repository and its cache",
      async () => (await import("./commands/break_lock.ts")).breakLock,
    ),
    leaf("check", "look for damage in a repository", async () => (await import("./commands/check.ts")).check),
    leaf("compact", "free space in a repository", async () => (await import("./commands/compact.ts")).compact),
    leaf(
      "completion",
      "let a shell complete command lines",
      async () => (await import("./commands/completion.ts")).createCompletion(ROOT),
    ),
    leaf("config", "show or change settings", async () => (await import("./commands/config.ts")).config),
    leaf("create", "make a backup archive", async () => (await import("./commands/create.ts")).create),
    DEBUG,
    leaf("delete", "delete archives or a repository", async () => (await import("./commands/delete.ts")).deleteCommand),
    leaf("diff", "compare two archives", async () => (await import("./commands/diff.ts")).diff),
    leaf(
      "export-tar",
      "write an archive as a tar file",
      async () => (await import("./commands/export_tar.ts")).exportTar,
    ),
    leaf("extract", "restore files from an archive", async () => (await import("./commands/extract.ts")).extract),
    leaf("help", "explain commands and topics", async () => (await import("./commands/help.ts")).createHelp(ROOT)),
    leaf(
      "import-tar",
      "make an archive of a tar file",
      async () => (await import("./commands/import_tar.ts")).importTar,
    ),
    leaf("info", "describe a repository or archives", async () => (await import("./commands/info.ts")).info),
    leaf("init", "make a new repository", async () => (await import("./commands/init.ts")).init),
    KEY,
    leaf("list", "list archives or what is in one", async () => (await import("./commands/list.ts")).list),
    leaf("mount", "show archives as a file system", async () => (await import("./commands/mount.ts")).mount),
    leaf("prune", "delete archives that no rule keeps", async () => (await import("./commands/prune.ts")).prune),
    leaf(
      "recreate",
      "make archives anew, with less in them",
      async () => (await import("./commands/recreate.ts")).recreate,
    ),
    leaf("rename", "give an archive another name", async () => (await import("./commands/rename.ts")).rename),
    leaf("umount", "end a mount", async () => (await import("./commands/umount.ts")).umount),
    leaf(
      "upgrade",
      "make an old repository one of today",
      async () => (await import("./commands/upgrade.ts")).upgrade,
    ),
    leaf("serve", "serve repositories to a client", async () => (await import("./commands/serve.ts")).serve),
    leaf("version", "show versions of client and server", async () => (await import("./commands/version.ts")).version),
    leaf(
      "with-lock",
      "run a command while a repository is locked",
      async () => (await import("./commands/with_lock.ts")).withLock,
    ),
  ],
};

function leaf(name: string, help: string, load: CommandLeaf["load"]): CommandLeaf {
  return { name, help, load };
}
