// Makes a fresh clone usable: installs the node packages when they are missing or older than the lock file.
// Runs before anything is installed, so it may import nothing but node. Says nothing when nothing is to do.

import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** True when the packages are there; false after npm said on stderr why not. */
export const ready = () => {
  const wanted = changed("package-lock.json");
  if (changed("node_modules/.package-lock.json") >= wanted) return true;
  process.stderr.write("installing node packages\n");
  // npm's own stdout goes to stderr: ours carries data.
  const npm = spawnSync("npm", ["ci", "--loglevel=error"], { cwd: root, stdio: ["ignore", 2, 2] });
  if (npm.error !== undefined) process.stderr.write(`npm did not start: ${npm.error.message}\n`);
  return npm.status === 0;
};

const changed = (name) => statSync(`${root}/${name}`, { throwIfNoEntry: false })?.mtimeMs ?? -1;

if (process.argv[1] === fileURLToPath(import.meta.url) && !ready()) process.exitCode = 1;
