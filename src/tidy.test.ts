// The rules of the house that no compiler and no linter knows. Each failure names the files that break it.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { posix } from "node:path";
import { expect, test } from "vitest";

const tracked = spawnSync("git", ["ls-files", "-z"], { encoding: "utf8" })
  .stdout.split("\0")
  .filter((path) => path !== "" && existsSync(path));

const text = (path: string): string => readFileSync(path, "utf8");
const sources = tracked.filter((path) => /^src\/.*\.(ts|mjs)$/.test(path));
const program = sources.filter((path) => !path.endsWith(".test.ts"));
const inLayers = (...layers: string[]): string[] =>
  program.filter((path) => layers.some((layer) => path.startsWith(`src/${layer}/`)));
const breaking = (paths: readonly string[], pattern: RegExp): string[] =>
  paths.filter((path) => pattern.test(text(path)));

test("the top level is the card's, and what the ecosystem asks for", () => {
  const card = [
    "README.md",
    "agents.example.toml",
    "flake.lock",
    "flake.nix",
    "package.json",
    "prompts",
    "smoke.sh",
    "src",
    "tsconfig.json",
  ];
  const asked = ["CHANGELOG.md", "LICENSE", "package-lock.json"];
  const top = new Set(tracked.map((path) => path.split("/")[0] ?? path));
  const plain = [...top].filter((name) => !name.startsWith("."));
  expect(plain.toSorted()).toEqual([...card, ...asked].toSorted());
});

test("every source file opens with one to five lines that say what it is", () => {
  const heads = program.filter((path) => {
    const lines = text(path).split("\n");
    const end = lines.findIndex((line) => !line.startsWith("//"));
    return end < 1 || end > 5;
  });
  expect(heads).toEqual([]);
});

test("no coding agent's name stands in the program: a backend is a table", () => {
  const layers = inLayers("config", "core", "engine", "io", "cli");
  expect(breaking(layers, /\b(?:claude|codex|opencode|gemini)\b/)).toEqual([]);
});

test("imports run one way", () => {
  const allowed: Readonly<Record<string, readonly string[]>> = {
    config: ["config"],
    core: ["core", "config"],
    engine: ["engine", "core", "config"],
    io: ["io", "engine", "core", "config"],
    cli: ["cli", "engine", "core", "config"],
    sim: ["sim", "engine", "core", "config", "bundled.mjs"],
  };
  const wrong = inLayers(...Object.keys(allowed)).flatMap((path) => {
    const layer = path.split("/")[1] ?? "";
    return imports(path)
      .filter((target) => target.startsWith("src/"))
      .filter((target) => allowed[layer]?.includes(target.split("/")[1] ?? "") !== true)
      .map((target) => `${path} → ${target}`);
  });
  expect(wrong).toEqual([]);
});

test("core takes types from config, io from engine, and nothing that runs", () => {
  const running = [
    ...breaking(inLayers("core"), /^import (?!type\b)[^;]*from "\.\.\/config\//m),
    ...breaking(inLayers("io"), /^import (?!type\b)[^;]*from "\.\.\/engine\//m),
  ];
  expect(running).toEqual([]);
});

test("every file of core has its test beside it", () => {
  const untested = inLayers("core")
    .filter(
      (path) =>
        !["order", "signals", "types"].includes(path.slice("src/core/".length, -".ts".length)),
    )
    .filter((path) => !existsSync(path.replace(/\.ts$/, ".test.ts")));
  expect(untested).toEqual([]);
});

test("nothing of ours goes through a shell of node's", () => {
  expect(breaking(program, /\bshell:\s*true\b|\bexecSync\(|\bexec\(\s*`/)).toEqual([]);
});

test("only the program's entry ends the process", () => {
  const others = program.filter((path) => path !== "src/main.ts" && !path.startsWith("src/e2e/"));
  expect(breaking(others, /\bprocess\.exit\(/)).toEqual([]);
});

test("no default parameter reads the clock, the environment or the disk", () => {
  const reads =
    /[(,]\s*\w+(?:\s*:[^,()=;{}]+)?\s*=\s*(?:new Date\b|Date\.|performance\.|process\.|\w+Sync\()/;
  expect(breaking(program, reads)).toEqual([]);
});

test("the lock file names no place to download from", () => {
  expect(text("package-lock.json")).not.toContain('"resolved"');
});

test("no file holds a path of the machine it was written on", () => {
  const here = [process.cwd(), homedir()];
  const holds = tracked.filter((path) => here.some((place) => text(path).includes(`${place}/`)));
  expect(holds).toEqual([]);
});

/** What a file imports: paths inside of the repository, or names of packages. */
const imports = (path: string): string[] =>
  Array.from(text(path).matchAll(/(?:from|import\()\s*"([^"]+)"/g), ([, target = ""]) =>
    target.startsWith(".") ? posix.join(posix.dirname(path), target) : target,
  );
