// Bundles src/main.ts into dist/agents.cjs and chunks that load only when a verb asks for them. Prints
// nothing when all is well. A watchdog may be running from dist meanwhile: chunks are named by content and
// old ones stay for a while. With --metafile it writes nothing and prints what would go into which chunk.

import {
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const { version } = JSON.parse(readFileSync(`${root}/package.json`, "utf8"));
const KEPT_MS = 30 * 24 * 3600 * 1000;

const common = {
  absWorkingDir: root,
  outdir: "dist",
  outExtension: { ".js": ".mjs" },
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  // One character beyond Latin-1 doubles what the whole text of a chunk takes in memory.
  charset: "ascii",
  minifySyntax: true,
  minifyWhitespace: true,
  define: { AGENTS_VERSION: JSON.stringify(version) },
  loader: { ".toml": "text", ".md": "text" },
  metafile: true,
  write: false,
  logLevel: "error",
};

/**
 * The program itself with the way to `agents status`, in one file: each further one would cost a millisecond
 * or two. What lies behind an `import()` is left where `doorOf` says.
 */
const entrance = (doorOf) =>
  build({
    ...common,
    // Node starts a CommonJS file sooner than a module, and reads fewer bytes sooner still.
    format: "cjs",
    outExtension: { ".js": ".cjs" },
    entryPoints: { agents: "src/main.ts" },
    plugins: [
      {
        name: "doors",
        setup: (plugin) => {
          plugin.onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
            if (kind !== "dynamic-import") return undefined;
            return { path: doorOf(relative(root, resolve(resolveDir, path))), external: true };
          });
        },
      },
    ],
  });

/** Everything behind a door, in chunks that the doors share. */
const rooms = (entryPoints) =>
  build({
    ...common,
    entryPoints,
    entryNames: "chunks/[name]-[hash]",
    chunkNames: "chunks/[name]-[hash]",
    splitting: true,
    // commander and the process library are CommonJS inside and ask for node's modules with require.
    banner: {
      js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);',
    },
    plugins: [{ name: "screens", setup: addScreens }],
  });

const bundle = async () => {
  const doors = new Set();
  await entrance((source) => {
    doors.add(source);
    return source;
  });
  const behind = await rooms([...doors]);
  const made = Object.entries(behind.metafile.outputs);
  const doorOf = (source) => {
    const [output] = made.find(([, { entryPoint }]) => entryPoint === source) ?? [];
    return `./${relative("dist", output ?? source)}`;
  };
  const program = await entrance(doorOf);
  return {
    outputFiles: [...behind.outputFiles, ...program.outputFiles],
    metafile: { outputs: { ...behind.metafile.outputs, ...program.metafile.outputs } },
  };
};

/** The labelled screens as one text: `agents backends test` and `selftest` judge them. */
const addScreens = ({ onResolve, onLoad }) => {
  onResolve({ filter: /^virtual:screens$/ }, () => ({ path: "screens", namespace: "screens" }));
  onLoad({ filter: /^screens$/, namespace: "screens" }, () => {
    const read = (path) => readFileSync(`${root}/src/core/screens/${path}`, "utf8");
    const screens = JSON.parse(read("index.json")).map((one) => ({ ...one, text: read(one.file) }));
    return { contents: JSON.stringify(screens), loader: "text" };
  });
};

const publish = (outputs) => {
  mkdirSync(`${root}/dist/chunks`, { recursive: true });
  // The program last: it may only name chunks that are there.
  const ordered = outputs.toSorted((a, b) => Number(isProgram(a.path)) - Number(isProgram(b.path)));
  for (const { path, text } of ordered) {
    const whole = isProgram(path) ? `#!/usr/bin/env node\n${text}` : text;
    const half = `${dirname(path)}/.${basename(path)}.${process.pid}`;
    writeFileSync(half, whole, { mode: isProgram(path) ? 0o755 : 0o644 });
    renameSync(half, path);
  }
  prune(new Set(outputs.map(({ path }) => basename(path))));
};

const isProgram = (path) => basename(path) === "agents.cjs";

const prune = (current) => {
  const chunks = `${root}/dist/chunks`;
  for (const name of readdirSync(chunks).filter((each) => !current.has(each))) {
    const old = statSync(`${chunks}/${name}`, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (old < Date.now() - KEPT_MS) rmSync(`${chunks}/${name}`, { force: true });
  }
};

try {
  const { metafile, outputFiles } = await bundle();
  if (process.argv.includes("--metafile")) process.stdout.write(JSON.stringify(metafile));
  else publish(outputFiles);
} catch (error) {
  // esbuild has printed what is wrong and where; everything else is news.
  if (!("errors" in error)) throw error;
  process.exitCode = 1;
}
