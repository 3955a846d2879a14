// The verbs that change agents.toml, through the built program: what a person wrote stays as it was written,
// and nothing takes its place that is not a good configuration.

import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { build, openLab, type Lab } from "../e2e/lab.ts";

const FILE = `# the night shift
[defaults]
log_dir = ".agents" # kept out of git
backend = "demo"
session_prefix = "t-"

# writes
[[agent]]
name = "writer"   # of code
prompt = "Write."

[[service]]
name = "db"
command = "sleep 1000"
`;

let lab: Lab;
beforeAll(() => {
  build();
  lab = openLab();
  lab.write("agents.toml", FILE);
});
afterAll(() => lab.close());

const file = (): string => readFileSync(`${lab.dir}/agents.toml`, "utf8");
const ran = async (...words: string[]): Promise<string> => {
  const { code, stdout, stderr } = await lab.agents(...words);
  return `${code}\n${stdout}${stderr}`.replaceAll(lab.dir, "DIR");
};

test("a key is set and unset, and the file is again what it was", async () => {
  expect(await ran("set", "writer.env.PORT", "8080", "--dry-run")).toBe(
    '0\n+ 11  env.PORT = "8080"\n',
  );
  expect(file()).toBe(FILE);
  expect(await ran("set", "writer.env.PORT", "8080")).toBe(
    '0\n+ 11  env.PORT = "8080"\nwritten; it counts from the next `agents up`\n',
  );
  expect(await ran("set", "writer.env.PORT", "--unset")).toContain('- 11  env.PORT = "8080"\n');
  expect(file()).toBe(FILE);
});

test("an agent is added, disabled and taken out, and the file is again what it was", async () => {
  expect(await ran("add", "reader", "--prompt", 'Read "it".')).toContain("0\n+ 12");
  expect(await ran("disable", "reader", "writer")).toContain("+ 11  enabled = false\n");
  expect(await ran("plan")).toBe(
    `0
start  watchdog  none runs
start  db        not running
leave  writer    disabled: \`agents enable writer\` lets it run
leave  reader    disabled: \`agents enable reader\` lets it run
`,
  );
  expect(await ran("set", "writer.enabled", "--unset")).toContain("- 11  enabled = false\n");
  expect(await ran("rm", "reader")).toContain('name = "reader"\n');
  expect(file()).toBe(FILE);
});

test("what would be no good configuration is refused with its place, and nothing is written", async () => {
  expect(await ran("set", "writer.watch", "sometimes")).toMatchInlineSnapshot(`
    "5
    agents: DIR/agents.toml:11:1: agent "writer": watch must be "none", "heal" or "heal+stall", not "sometimes"
     9 | name = "writer"   # of code
    10 | prompt = "Write."
    11 | watch = "sometimes"
       | ^
    1 problem in the configuration; nothing was changed
    "
  `);
  expect(await ran("set", "wrter.watch", "heal")).toMatchInlineSnapshot(`
    "4
    agents: no agent, service or table is called "wrter" — did you mean "writer"?
    "
  `);
  expect(await ran("add", "db", "--prompt", "x")).toMatchInlineSnapshot(`
    "6
    agents: db is in the file already; \`agents set db.KEY VALUE\` changes it
    "
  `);
  expect(file()).toBe(FILE);
});

test("an edit that is wrong stays in its copy, and the next edit goes on with it", async () => {
  const wrong = await lab.with({ EDITOR: "sed -i s/log_dir/lag_dir/" }, "edit");
  expect([wrong.code, file() === FILE, existsSync(`${lab.dir}/.agents.edit.toml`)]).toEqual([
    5,
    true,
    true,
  ]);
  const right = await lab.with(
    { EDITOR: "sed -i -e s/lag_dir/log_dir/ -e s/Write/Rewrite/" },
    "edit",
  );
  expect([right.code, existsSync(`${lab.dir}/.agents.edit.toml`)]).toEqual([0, false]);
  expect(file()).toBe(FILE.replace("Write", "Rewrite"));
});
