// Breaks the rules of the decision one at a time, in a copy of the tree, and looks which check notices: the tests
// beside the broken file, then those of core, engine and sim, then nights in the false world. Writes nothing here.
// node src/sim/mutate.mjs [--seeds 150] [--seconds 120] [--jobs 1] [--only WORD] [--by tests|nights|all]

import { spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const root = join(import.meta.dirname, "../..");
const { values: asked } = parseArgs({
  options: {
    seeds: { type: "string", default: "150" },
    seconds: { type: "string", default: "120" },
    jobs: { type: "string", default: "1" },
    only: { type: "string", default: "" },
    by: { type: "string", default: "all" },
  },
});
const HOURS = 3;
const LIMIT_MS = Number(asked.seconds) * 1000;
/** One tries fresh nights itself, the other measures time, which says nothing beside a busy neighbour. */
const LEFT_OUT = ["src/sim/sim.test.ts", "src/engine/redact.test.ts"];

/**
 * The table: a file, and for each of its rules a sentence, the text that keeps it and the text that breaks it.
 * A text that is not there exactly once is an error, so that the table cannot rot.
 */
function table() {
  const all = [];
  let file = "";
  for (const block of readFileSync(join(import.meta.dirname, "mutations.txt"), "utf8").split(
    "\n\n",
  )) {
    const lines = block.replace(/\n$/, "").split("\n");
    if (lines[0].startsWith("=== ")) file = lines[0].slice(4);
    else all.push({ file, rule: lines[0], find: part(lines, "-"), put: part(lines, "+") });
  }
  return all;
}

function part(lines, mark) {
  const marked = lines.slice(1).filter((line) => line.startsWith(mark));
  return marked.map((line) => line.slice(1)).join("\n");
}

function copied() {
  const home = mkdtempSync(join(tmpdir(), "agents-mutate-"));
  const isOurs = (path) => !/\/(?:e2e|bench|cli\/golden)(?:\/|$)/.test(path);
  cpSync(join(root, "src"), join(home, "src"), { recursive: true, filter: isOurs });
  for (const name of ["package.json", "tsconfig.json", "prompts", "agents.example.toml"])
    cpSync(join(root, name), join(home, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(home, "node_modules"));
  return home;
}

/** What it printed, how it ended, and whether it had to be ended. */
function ran(command, args, home) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: home, stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    let late = false;
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (more) => (text = (text + more).slice(-20_000)));
    const timer = setTimeout(() => {
      late = true;
      child.kill("SIGKILL");
    }, LIMIT_MS);
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ text, code, late });
    });
  });
}

/** The first claim that does not hold, or null. */
async function failedTest(home, paths) {
  const report = join(home, "report.json");
  rmSync(report, { force: true });
  const vitest = join(home, "node_modules/vitest/vitest.mjs");
  // Only a claim that does not hold counts, and not a neighbour that takes the processor.
  const patient = `--testTimeout=${LIMIT_MS}`;
  const plain = ["--no-isolate", "--pool=threads", "--maxWorkers=1", "--bail=1", patient];
  const skipped = [...LEFT_OUT, "**/*.real.test.ts"].flatMap((path) => ["--exclude", path]);
  const args = [vitest, "run", ...plain, ...skipped, "--reporter=json", `--outputFile=${report}`];
  const { text, code, late } = await ran(process.execPath, [...args, ...paths], home);
  if (late) return "a test: it does not end";
  if (code === 0) return null;
  if (!existsSync(report)) return `the tests do not begin: ${text.trim().split("\n").at(-1)}`;
  const { testResults } = JSON.parse(readFileSync(report, "utf8"));
  for (const file of testResults) {
    const bad = file.assertionResults.find(({ status }) => status === "failed");
    const name = file.name.slice(home.length + "/src/".length);
    if (bad !== undefined) return `${name}: ${bad.fullName}`;
    if (file.status === "failed") return `${name}: ${file.message.split("\n")[0]}`;
  }
  return `the tests: exit ${code}`;
}

const NIGHTS = `
import { simulate } from "./sim/run.ts";
const [seeds, hours] = process.argv.slice(2).map(Number);
for (let seed = 1; seed <= seeds; seed += 1) {
  const found = await simulate(seed, hours).then(
    ({ violations }) => violations[0] ?? null,
    (error) => String(error),
  );
  console.log(found === null ? "fine" : \`\${seed} \${found}\`);
  if (found === null) continue;
  process.exitCode = 1;
  break;
}`;

/** The first night that goes wrong, or null. Nights that take too long together were all well so far. */
async function badNight(home) {
  const outfile = join(home, "nights.mjs");
  const stdin = { contents: NIGHTS, resolveDir: join(home, "src") };
  const how = { bundle: true, platform: "node", format: "esm", logLevel: "silent" };
  try {
    await build({ stdin, outfile, ...how });
  } catch (error) {
    return `it cannot be built: ${error.message}`;
  }
  const { text, code, late } = await ran(process.execPath, [outfile, asked.seeds, HOURS], home);
  const lines = text.trim().split("\n");
  if (late)
    return lines.filter((line) => line === "fine").length > 2 ? null : "a night does not end";
  return code === 0 ? null : `night ${lines.at(-1)}`;
}

/** The tests beside a file, and those of the room that were written for what survived. */
function besides(file) {
  const paths = [file.replace(/\.ts$/, ".test.ts"), join(dirname(file), "rules.test.ts")];
  return paths.filter((path) => existsSync(join(root, path)));
}

async function caught(home, file) {
  const byTests = asked.by === "nights" ? null : await missedByTests(home, file);
  return byTests ?? (asked.by === "tests" ? null : await badNight(home));
}

async function missedByTests(home, file) {
  const near = await failedTest(home, besides(file));
  const inCore = near ?? (await failedTest(home, ["src/core"]));
  return inCore ?? (await failedTest(home, ["src/engine", "src/sim"]));
}

async function tried(home, { file, rule, find, put }) {
  const path = join(home, file);
  const before = readFileSync(path, "utf8");
  writeFileSync(
    path,
    before.replace(find, () => put),
  );
  const by = await caught(home, file);
  writeFileSync(path, before);
  console.log(
    `${by === null ? "SURVIVED" : "caught  "}  ${file.slice(4)}: ${rule}\n            ${by ?? "-"}`,
  );
  return by;
}

const mutations = table();
const rotten = mutations.flatMap(({ file, rule, find }) => {
  const found = readFileSync(join(root, file), "utf8").split(find).length - 1;
  return found === 1 ? [] : [`${file}: ${rule}: its text stands there ${found} times`];
});
if (rotten.length > 0) {
  console.error(rotten.join("\n"));
  process.exitCode = 2;
} else {
  const queue = mutations.filter(({ file, rule }) => `${file} ${rule}`.includes(asked.only));
  const all = queue.length;
  const survivors = [];
  const worker = async () => {
    const home = copied();
    try {
      const sick = await caught(home, "src/core/decide.ts");
      if (sick !== null) throw new Error(`without any mutation: ${sick}`);
      for (let next = queue.shift(); next !== undefined; next = queue.shift())
        if ((await tried(home, next)) === null) survivors.push(next);
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  };
  await Promise.all(Array.from({ length: Number(asked.jobs) }, worker));
  console.log(`${all} mutations, ${all - survivors.length} caught, ${survivors.length} survived`);
  process.exitCode = survivors.length === 0 ? 0 : 1;
}
