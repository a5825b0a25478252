import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import process from "node:process";
import { describe, it } from "node:test";
import {
  baseDirectory,
  cacheDirectory,
  configDirectory,
  ensureDirectory,
  keysDirectory,
  oldDirectories,
  securityDirectory,
  within,
} from "../../src/platform/directories.ts";
import { lstat } from "../../src/platform/stat.ts";
import { withTemporary } from "./temporary.ts";

describe("directories", () => {
  it("are below the base directory, for the user alone", async () => {
    await withTemporary((path) => {
      const environment = { BORG_BASE_DIR: `${path}/base`, XDG_CACHE_HOME: "/ignored", XDG_CONFIG_HOME: "/ignored" };
      const base = `${path}/base`;
      assert.equal(cacheDirectory(environment), `${base}/.cache/borg`);
      assert.equal(configDirectory(environment), `${base}/.config/borg`);
      assert.equal(securityDirectory(environment), `${base}/.config/borg/security`);
      assert.equal(securityDirectory(environment, "ab"), `${base}/.config/borg/security/ab`);
      assert.equal(keysDirectory(environment), `${base}/.config/borg/keys`);
      for (const name of [".cache/borg", ".config/borg/security/ab", ".config/borg/keys"]) {
        assert.equal(statSync(`${base}/${name}`).mode & 0o7777, 0o700);
      }
      const tag = readFileSync(`${base}/.cache/borg/CACHEDIR.TAG`, "latin1");
      assert.ok(tag.startsWith("Signature: 8a477f597d28d172789f06886806bc55\n"));
      assert.equal(cacheDirectory(environment), `${base}/.cache/borg`);
    });
  });

  it("follow XDG without a base directory, and their own variables first", async () => {
    await withTemporary((path) => {
      const environment = { HOME: path, XDG_CACHE_HOME: `${path}/c`, XDG_CONFIG_HOME: `${path}/f` };
      assert.equal(cacheDirectory(environment), `${path}/c/borg`);
      assert.equal(configDirectory(environment), `${path}/f/borg`);
      assert.equal(cacheDirectory({ HOME: path }), `${path}/.cache/borg`);
      assert.equal(cacheDirectory({ ...environment, BORG_CACHE_DIR: `${path}/x` }), `${path}/x`);
      assert.equal(configDirectory({ ...environment, BORG_CONFIG_DIR: `${path}/y` }), `${path}/y`);
      assert.equal(keysDirectory({ BORG_CONFIG_DIR: `${path}/y` }), `${path}/y/keys`);
      assert.equal(keysDirectory({ BORG_KEYS_DIR: `${path}/k` }), `${path}/k`);
      assert.equal(securityDirectory({ BORG_SECURITY_DIR: `${path}/s` }, "00"), `${path}/s/00`);
    });
  });

  it("keep the slashes at the end of what they are in, and add none to them", async () => {
    await withTemporary((path) => {
      assert.equal(cacheDirectory({ HOME: `${path}/` }), `${path}/.cache/borg`);
      assert.equal(configDirectory({ XDG_CONFIG_HOME: `${path}//` }), `${path}//borg`);
      assert.equal(securityDirectory({ BORG_SECURITY_DIR: `${path}/s/` }, "00"), `${path}/s/00`);
      assert.equal(keysDirectory({ BORG_CONFIG_DIR: `${path}/y/` }), `${path}/y/keys`);
    });
    assert.equal(oldDirectories({ BORG_BASE_DIR: "/" }).atticKeys, "/.attic/keys");
    assert.equal(within("/", "a"), "/a");
  });

  it("find the home directory", () => {
    assert.equal(baseDirectory({ BORG_BASE_DIR: "/b", HOME: "/h" }), "/b");
    assert.equal(baseDirectory({ HOME: "/h" }), "/h");
    assert.equal(baseDirectory({ USER: "daemon" }), "/usr/sbin");
    if (process.getuid!() === 0) assert.equal(baseDirectory({}), "/root");
  });

  it("are made with their parents, with any name, also by a relative one", async () => {
    await withTemporary((path) => {
      ensureDirectory(`${path}/a/\udcff//b/`);
      assert.equal(lstat(`${path}/a/\udcff/b`).mode, 0o40700);
      ensureDirectory("/");
      ensureDirectory(".");
      assert.throws(() => ensureDirectory("/etc/passwd/x"), { code: "ENOTDIR" });
      assert.throws(() => ensureDirectory("/etc/passwd"), { code: "EEXIST" });
    });
  });
});
