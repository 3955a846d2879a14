import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Agent, Backend, Config, Loop, Phase, Service } from "../config/config.ts";
import { ARGUMENT_BYTES_MAX, launchOf, modelOf, serviceLaunch, type LaunchAsk } from "./launch.ts";
import type { FileSeen, Launch } from "./types.ts";

const backend = {
  name: "b",
  bin: "cli",
  delivery: "arg",
  flags: "",
  promptFlag: "",
  modelFlag: "--model '{model}'",
  supportsResume: false,
  resumeFlag: "--resume '{id}'",
  sessionFlag: null,
  signals: [],
  remoteControl: false,
  remoteControlFlag: "--remote-control '{session}'",
  preamble: "",
  attach: "{bin}",
  server: "",
  modelEnv: false,
} as unknown as Backend;

const agent = {
  name: "worker",
  kind: "persistent",
  backend: "b",
  model: "",
  role: null,
  loop: null,
  session: "x-worker",
  dir: "/p",
  prompt: { text: "go" },
  resume: false,
  env: {},
  envFile: null,
} as unknown as Agent;

const phase: Phase = {
  id: "p1",
  plan: "plans/{role}.md",
  status: "S.md",
  models: { builder: "m2" },
};
const loop = {
  name: "loop",
  phases: [phase],
  kickoffTemplate: "/p/kickoff.md",
  rolesDir: "/p/prompts",
} as unknown as Loop;

type Given = {
  backend?: Partial<Backend>;
  agent?: Partial<Agent>;
  files?: Record<string, FileSeen>;
} & Partial<Omit<LaunchAsk, "backend" | "agent" | "config" | "read">>;

function ask({ backend: b, agent: a, files = {}, ...rest }: Given = {}): LaunchAsk {
  return {
    config: { loops: [loop] } as unknown as Config,
    backend: { ...backend, ...b },
    agent: { ...agent, ...a },
    phase: null,
    resumeId: null,
    freshId: "f00d",
    read: (path) => files[path] ?? "missing",
    paths: { kickoff: "/s/kickoff-1.txt", dirAlias: null, agents: "'/n o/node' /a.mjs" },
    ...rest,
  };
}

function launch(given: Given = {}): Launch {
  const answer = launchOf(ask(given));
  if (!answer.ok) throw new Error(answer.failure);
  return answer.launch;
}

const inLoop: Given = {
  agent: { kind: "loop", loop: "loop", role: "builder" },
  phase,
  files: {
    "/p/kickoff.md": { text: "{phase_id} {plan} {status} {role} {other}\n" },
    "/p/prompts/builder.md": { text: "You build {plan}.\n" },
  },
};

test("a launch is one plain value", () => {
  const { hash, ...rest } = launch({ agent: { env: { A: "1" }, envFile: "/p/.env" } });
  expect(rest).toEqual({
    argv: ["sh", "-c", 'exec cli "${1}"', "agents", "go"],
    dir: "/p",
    env: { A: "1" },
    envFile: "/p/.env",
    prompt: "go",
    boot: null,
    delivery: "arg",
    model: "",
    phase: null,
    conversation: { is: "its own" },
    signals: null,
  });
  expect(hash).toMatch(/^[0-9a-f]{32}$/);
});

test("what stands before a prompt stands nowhere without one", () => {
  const own = { flags: "--yes", promptFlag: "--ask" };
  const argvs = ["work", ""].map(
    (text) => launch({ backend: own, agent: { prompt: { text } } }).argv,
  );
  expect(argvs.map((argv) => argv.slice(2))).toEqual([
    ['exec cli --yes --ask "${1}"', "agents", "work"],
    ["exec cli --yes", "agents"],
  ]);
});

test("arg: resume, remote control, model, flags and prompt stand in the reference's order", () => {
  const given: Given = {
    backend: { flags: '--yes "$HOME"', supportsResume: true, remoteControl: true },
    agent: { resume: true, model: "m 1" },
    resumeId: "id'7",
  };
  expect(launch(given).argv).toEqual([
    "sh",
    "-c",
    'exec cli "${1}" "${2}" "${3}" "${4}" "${5}" "${6}" --yes "$HOME" "${7}"',
    "agents",
    "--resume",
    "id'7",
    "--remote-control",
    "x-worker",
    "--model",
    "m 1",
    "go",
  ]);
});

test("arg: an empty prompt adds no argument, an empty model no flag", () => {
  expect(launch({ agent: { prompt: { text: "" } } }).argv).toEqual([
    "sh",
    "-c",
    "exec cli",
    "agents",
  ]);
});

test("arg: a shell text as bin keeps its shell, so that all of it runs", () => {
  const text = (bin: string, flags = "") => launch({ backend: { bin, flags } }).argv[2];
  expect(text("cd x && cli")).toBe('cd x && cli "${1}"');
  expect(text('"$HOME/bin/cli"')).toBe('"$HOME/bin/cli" "${1}"');
  expect(text("cli", "--a; echo over;")).toBe('cli --a; echo over; "${1}"');
  expect(text("~/bin/cli-2.0")).toBe('exec ~/bin/cli-2.0 "${1}"');
});

test("arg: a flag template with an open quote is a failure that names it", () => {
  const given: Given = { backend: { modelFlag: "--model '{model}" }, agent: { model: "m" } };
  expect(launchOf(ask(given))).toEqual({
    ok: false,
    failure: "backend b: model_flag cannot be split into words: a single quote is never closed",
  });
});

test("arg: a prompt of exactly the limit goes as it is, one byte more goes by file", () => {
  const fits = "é".repeat((ARGUMENT_BYTES_MAX - 1) / 2) + "x";
  const last = (text: string) => launch({ agent: { prompt: { text } } }).argv.at(-1);
  expect(Buffer.byteLength(fits)).toBe(131_071);
  expect(last(fits)).toBe(fits);
  expect(last(`${fits}x`)).toBe(
    "Your full kickoff prompt is in the file /s/kickoff-1.txt . Read all of it now, then follow it exactly.",
  );
  expect(last("🙂".repeat(32_768))).toContain("/s/kickoff-1.txt");
  expect(last(`${"🙂".repeat(32_767)}abc`)).toContain("🙂");
  expect(last("a\0b")).toContain("/s/kickoff-1.txt");
});

test("defect 32: prompt, model and resume id reach the program byte for byte, and nothing is run", () => {
  const dir = mkdtempSync(join(tmpdir(), "agents-launch-"));
  const hostile = fc
    .array(
      fc.constantFrom(
        "'",
        '"',
        "$(touch X)",
        "`touch X`",
        ";touch X;",
        "\n",
        "-",
        "%",
        "\\",
        "#(touch X)",
        "{model}",
        "é",
        " ",
        "*",
        "a",
      ),
      { minLength: 1, maxLength: 8 },
    )
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(hostile, hostile, hostile, (prompt, model, id) => {
      const { argv } = launch({
        backend: { bin: "printf '%s\\0'", supportsResume: true },
        agent: { prompt: { text: prompt }, model, resume: true },
        resumeId: id,
      });
      const [file = "", ...args] = argv;
      const out = execFileSync(file, args, { cwd: dir, encoding: "utf8" });
      expect(out.split("\0").slice(0, -1)).toEqual(["--resume", id, "--model", model, prompt]);
    }),
    { numRuns: 60 },
  );
  expect(existsSync(join(dir, "X"))).toBe(false);
  rmSync(dir, { recursive: true });
});

test("exec: what is put into the shell text is inert", () => {
  const bin = "{agents} demo {kickoff} --in {dir} --as '{session}' --model {model} {other} ${HOME}";
  const given: Given = { backend: { delivery: "exec", bin }, agent: { model: "a/b-1.2:x" } };
  expect(launch(given).argv).toEqual([
    "sh",
    "-c",
    "'/n o/node' /a.mjs demo /s/kickoff-1.txt --in /p --as 'x-worker' --model a/b-1.2:x {other} ${HOME}",
  ]);
  const alias = { kickoff: "/k", dirAlias: "/alias/1", agents: "agents" };
  expect(launch({ backend: { delivery: "exec", bin: "x {dir}" }, paths: alias }).argv[2]).toBe(
    "x /alias/1",
  );
});

test("exec: a model that is not inert comes through the environment, whatever quotes are around its slot", () => {
  const model = 'it\'s "$(touch X)" `touch X`\n--';
  for (const slot of ["{model}", '"{model}"', "'{model}'"]) {
    const bin = `printf '%s|' ${slot} end`;
    const { argv, env } = launch({ backend: { delivery: "exec", bin }, agent: { model } });
    expect(env).toEqual({ AGENTS_MODEL: model });
    const [file = "", ...args] = argv;
    const shell = { env: { ...process.env, ...env }, encoding: "utf8" } as const;
    expect(execFileSync(file, args, shell)).toBe(`${model}|end|`);
  }
  expect(existsSync("X")).toBe(false);
});

test("ping: preamble and attach are the user's shell text, and the whole prompt is named in one line", () => {
  const given: Given = {
    backend: {
      delivery: "ping",
      preamble: "cd /srv",
      attach: "{bin} attach {server} --dir {dir} {model}",
      server: "http://h:1",
      modelEnv: true,
    },
    agent: { model: "x/y", dir: "/a b" },
  };
  const { argv, env, boot, delivery } = launch(given);
  expect(argv).toEqual(["sh", "-c", "cd /srv; cli attach http://h:1 --dir '/a b' {model}"]);
  expect(env).toEqual({ OPENCODE_CONFIG_CONTENT: '{"model":"x/y"}' });
  expect([delivery, boot?.includes("/s/kickoff-1.txt"), boot?.includes("\n")]).toEqual([
    "ping",
    true,
    false,
  ]);
});

test("ping: with nothing to say, nothing is typed", () => {
  const { boot, delivery } = launch({
    backend: { delivery: "ping" },
    agent: { prompt: { text: "" } },
  });
  expect([boot, delivery]).toEqual([null, "none"]);
});

test("a loop agent hears the template with this phase, then the role, in one pass", () => {
  const { prompt, model, phase: id } = launch(inLoop);
  expect(prompt).toBe("p1 plans/{role}.md S.md builder {other}\nYou build {plan}.\n");
  expect([model, id]).toEqual(["m2", "p1"]);
});

test("the phase's model for a role wins over the agent's own", () => {
  const builder = { ...agent, role: "builder", model: "m1" };
  expect(modelOf({ agent: builder, phase })).toBe("m2");
  expect(modelOf({ agent: { ...builder, role: "adversary" }, phase })).toBe("m1");
  expect(modelOf({ agent: { ...builder, role: "constructor" }, phase })).toBe("m1");
  expect(modelOf({ agent: builder, phase: null })).toBe("m1");
});

test.each<[string, Given, string]>([
  ["role", { ...inLoop, files: {} }, "/p/prompts/builder.md"],
  ["template", { ...inLoop, files: { "/p/prompts/builder.md": { text: "x" } } }, "/p/kickoff.md"],
  ["prompt", { agent: { prompt: { file: "/p/go.md" } } }, "/p/go.md"],
  [
    "unread prompt",
    { agent: { prompt: { file: "/p/go.md" } }, files: { "/p/go.md": "unseen" } },
    "/p/go.md",
  ],
])(
  "defect 13: a missing %s file is a failure that names it, before anything stops",
  (_, given, path) => {
    const answer = launchOf(ask(given));
    expect(answer.ok ? "" : answer.failure).toContain(path);
  },
);

test("a loop agent without a role is a failure that names it", () => {
  const answer = launchOf(ask({ ...inLoop, agent: { kind: "loop", loop: "loop", role: null } }));
  expect(answer.ok ? "" : answer.failure).toBe(
    'worker is in the loop loop but has no role; write role = "…"',
  );
});

test("whatever may cost a process changes the hash", () => {
  const hashes = [
    launch(),
    launch({ agent: { dir: "/q" } }),
    launch({ agent: { env: { A: "1" } } }),
    launch({ agent: { envFile: "/e" } }),
    launch({ agent: { prompt: { text: "stop" } } }),
    launch({ agent: { model: "m" } }),
    launch({ backend: { bin: "other" } }),
    launch({ backend: { flags: "--x" } }),
    launch({ backend: { delivery: "exec" } }),
    launch({ phase }),
    launch({ phase: { ...phase, id: "p2" } }),
  ].map(({ hash }) => hash);
  expect(new Set(hashes).size).toBe(hashes.length);
});

test("what only says how to start leaves the hash alone", () => {
  const bin = "{agents} demo {kickoff} {dir}";
  const paths = { kickoff: "/k", dirAlias: "/d", agents: "agents-2" };
  const resumes: Given = { backend: { supportsResume: true }, agent: { resume: true } };
  expect(launch({ backend: { delivery: "exec", bin }, paths }).hash).toBe(
    launch({ backend: { delivery: "exec", bin } }).hash,
  );
  expect(launch({ ...resumes, resumeId: "id" }).hash).toBe(launch(resumes).hash);
  expect(launch({ agent: { env: { A: "1", B: "2" } } }).hash).toBe(
    launch({ agent: { env: { B: "2", A: "1" } } }).hash,
  );
});

test("a service's command is the user's shell text", () => {
  const service = {
    command: "npm start; x",
    dir: "/p",
    env: {},
    envFile: null,
  } as unknown as Service;
  const { hash, ...rest } = serviceLaunch(service);
  expect(rest).toEqual({
    argv: ["sh", "-c", "npm start; x"],
    dir: "/p",
    env: {},
    envFile: null,
    prompt: "",
    boot: null,
    delivery: "none",
    model: "",
    phase: null,
    conversation: { is: "its own" },
    signals: null,
  });
  expect(hash).not.toBe(serviceLaunch({ ...service, command: "npm start" }).hash);
});

test("a conversation begins under an id of ours where the backend takes one, and is taken up by it", () => {
  const own = { supportsResume: true, sessionFlag: "--session-id '{id}'" };
  const given = (resumeId: string | null): Given => ({
    backend: own,
    agent: { resume: true },
    resumeId,
  });
  const begun = launch(given(null));
  const resumed = launch(given("c0de"));
  expect(begun.argv.slice(4)).toEqual(["--session-id", "f00d", "go"]);
  expect(begun.conversation).toEqual({ is: "begun", id: "f00d" });
  expect(resumed.argv.slice(4)).toEqual(["--resume", "c0de", "go"]);
  expect(resumed.conversation).toEqual({ is: "resumed", id: "c0de" });
  expect(resumed.hash, "how it begins is no reason for a restart").toBe(begun.hash);
});

test("a reviewer is started with the flags that keep it from changing files, and nobody else is", () => {
  const task = { id: "t", step: "review", env: null, wrap: ["nice", "-n"], readOnly: true };
  const readOnly = ["--sandbox", "read only's"];
  const argv = (change: Partial<Backend>, reviews = true): string =>
    launch({
      backend: { readOnly, ...change },
      agent: { task: { ...task, readOnly: reviews } },
    }).argv.join(" ");
  expect(argv({})).toBe(
    `nice -n sh -c exec cli "\${1}" "\${2}" "\${3}" agents --sandbox read only's go`,
  );
  expect(argv({}, false)).toBe(`nice -n sh -c exec cli "\${1}" agents go`);
  expect(argv({ delivery: "ping", attach: "{bin} here" })).toBe(
    `nice -n sh -c cli here --sandbox 'read only'\\''s'`,
  );
  expect(argv({ delivery: "exec", bin: "cli {read_only} {kickoff}" })).toBe(
    `nice -n sh -c cli --sandbox 'read only'\\''s' /s/kickoff-1.txt`,
  );
});
