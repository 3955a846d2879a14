// Makes a fresh clone usable: installs node packages that are missing or older than the lock file, and says
// how to get the programs that are missing. Runs before anything is installed: imports nothing but node.

import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** True when the packages are there; false after npm said on stderr why not. */
export const packagesReady = () => {
  const wanted = changed("package-lock.json");
  if (changed("node_modules/.package-lock.json") >= wanted) return true;
  process.stderr.write("installing node packages\n");
  // npm's own stdout goes to stderr: ours carries data.
  const npm = spawnSync("npm", ["ci", "--loglevel=error"], { cwd: root, stdio: ["ignore", 2, 2] });
  if (npm.error !== undefined) process.stderr.write(`npm did not start: ${npm.error.message}\n`);
  return npm.status === 0;
};

const changed = (name) => statSync(`${root}/${name}`, { throwIfNoEntry: false })?.mtimeMs ?? -1;

/** True when all are there, now or after the person said yes to the command that installs them. */
export const programsReady = async (programs) => {
  const missing = programs.filter((name) => !isThere(name));
  if (missing.length === 0) return true;
  const command = installing(missing);
  if (command === null) {
    process.stderr.write(`${missing.join(" and ")} missing: install with your package manager\n`);
    return false;
  }
  process.stderr.write(`${missing.join(" and ")} missing. This installs what is missing:\n`);
  process.stderr.write(`  ${command}\n`);
  if (!(await agreed())) return false;
  spawnSync("sh", ["-c", command], { stdio: ["inherit", 2, 2] });
  return missing.every(isThere);
};

const isThere = (name) =>
  spawnSync(name, [name === "tmux" ? "-V" : "--version"], { stdio: "ignore" }).error === undefined;

/** By package manager: shell text, words of ours only. A fresh container's apt knows no package yet. */
const INSTALLERS = {
  "apt-get": "SUDO apt-get update && SUDO apt-get install -y",
  dnf: "SUDO dnf install -y",
  yum: "SUDO yum install -y",
  pacman: "SUDO pacman -S --noconfirm",
  zypper: "SUDO zypper --non-interactive install",
  apk: "SUDO apk add",
  pkg: "SUDO pkg install -y",
  port: "SUDO port install",
  brew: "brew install",
};

const installing = (missing) => {
  const installer = Object.keys(INSTALLERS).find(isThere);
  if (installer === undefined) return null;
  const sudo = process.getuid?.() === 0 ? "" : "sudo ";
  return `${INSTALLERS[installer].replaceAll("SUDO ", sudo)} ${missing.join(" ")}`;
};

/** A person at a terminal says yes; without one, root has said so by being root. */
const agreed = async () => {
  if (!process.stdin.isTTY) return process.getuid?.() === 0;
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await asking.question("Run it now? [y/N] ");
  asking.close();
  return /^y(es)?$/i.test(answer.trim());
};

const isProgram = process.argv[1] === fileURLToPath(import.meta.url);
if (isProgram && !packagesReady()) process.exitCode = 1;
