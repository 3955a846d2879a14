import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readCron } from "./cron.ts";
import { load } from "./load.ts";
import { resolved } from "./resolved.ts";
import { tomlText } from "./toml-text.ts";

const presets = readFileSync(new URL("backends.toml", import.meta.url), "utf8");
const HEAD = `[defaults]
session_prefix = "j-"
log_dir = ".ao"
backend = "shell"
[[agent]]
name = "ann"
[tasks]
`;
const ALL = `${HEAD}
[[job]]
name = "nightly"
cron = "0 3 * * *"
zone = "Europe/Berlin"
missed = "skip"
command = "npm run backup"
dir = "app"
timeout = "1h"
quiet = { from = "22:00", to = "06:00" }
[[job]]
name = "look"
every = "6h"
agent = "ann"
text = "Look through the inbox."
[[job]]
name = "triage"
cron = "@daily"
task = { title = "Triage", body = "All of it.", labels = ["l"], files = ["src/**"], pipeline = "default" }
`;

const loaded = (text: string) =>
  load({ path: "/p/agents.toml", home: "/h", env: {}, presets, text, look: () => "file" });

function problems(text: string): readonly string[] {
  const read = loaded(HEAD + text);
  return read.ok ? [] : read.problems.map(({ line, message }) => `${line - 7}: ${message}`);
}

test("a job has a time, one thing to do, and defaults for the rest", () => {
  const read = loaded(ALL);
  const common = { zone: null, missed: "once", quiet: null };
  expect(read.ok && read.config.jobs).toEqual([
    {
      name: "nightly",
      written: "0 3 * * *",
      when: {
        is: "cron",
        cron: {
          minutes: [0],
          hours: [3],
          days: Array.from({ length: 31 }, (_, day) => day + 1),
          months: Array.from({ length: 12 }, (_, month) => month + 1),
          weekdays: [0, 1, 2, 3, 4, 5, 6],
          either: false,
        },
      },
      zone: "Europe/Berlin",
      missed: "skip",
      quiet: { fromMs: 79_200_000, toMs: 21_600_000, zone: null },
      does: { is: "command", command: "npm run backup", dir: "/p/app", timeoutMs: 3_600_000 },
    },
    {
      ...common,
      name: "look",
      written: "every 6h",
      when: { is: "every", everyMs: 21_600_000 },
      does: { is: "text", agent: "ann", text: "Look through the inbox." },
    },
    {
      ...common,
      name: "triage",
      written: "@daily",
      when: { is: "cron", cron: expect.objectContaining({ minutes: [0], hours: [0] }) },
      does: {
        is: "task",
        title: "Triage",
        body: "All of it.",
        labels: ["l"],
        files: ["src/**"],
        model: null,
        pipeline: "default",
      },
    },
  ]);
});

test("jobs, resolved and written out, mean the same jobs", () => {
  const read = loaded(ALL);
  const again = read.ok ? loaded(tomlText(resolved(read.config, []))) : read;
  expect(again.ok && again.config.jobs).toEqual(read.ok && read.config.jobs);
});

test("what a job lacks, or has too much of, is told with its line", () => {
  const text = `[[job]]
name = "a"
cron = "0 25 * * *"
command = "true"
[[job]]
name = "b"
cron = "0 9 * * *"
every = "1h"
agent = "anna"
[[job]]
name = "ann"
every = "5s"
[[job]]
name = "d"
every = "1h"
task = { title = "T", pipeline = "quick" }
zone = "Mars/Base"
`;
  expect(problems(text)).toEqual([
    '3: job "a": cron has no hour "25": 0-23 are',
    '5: job "b": an agent needs a text that it is told',
    '7: job "b": needs either cron, as "0 9 * * 1-5", or every, as "6h"',
    '9: job "b": there is no agent "anna" — did you mean "ann"?',
    '10: job "ann": does one thing: it has a command, a task, or an agent and its text',
    '11: job "ann": this name belongs to agent "ann"; choose another one',
    '12: job "ann": every must be at least 10s',
    '16: job "d": there is no pipeline "quick"; there are default',
    '17: job "d": zone must be a zone such as "Europe/Berlin" or "UTC"',
  ]);
});

test("a job that adds tasks needs a place for them", () => {
  const read = loaded(
    `${HEAD.replace("[tasks]\n", "")}[[job]]\nname = "d"\nevery = "1h"\ntask = { title = "T" }\n`,
  );
  expect(read.ok ? [] : read.problems.map(({ message }) => message)).toEqual([
    'job "d": a task needs a table [tasks]',
  ]);
});

test.each([
  ["0 9 * *", 'needs five fields, as "0 9 * * 1-5", or a word such as "@daily"'],
  ["60 9 * * *", 'has no minute "60": 0-59 are'],
  ["*-5 9 * * *", 'has no minute "*-5": 0-59 are'],
  ["0 9 * * mon-fry", 'has no day of the week "mon-fry": 0-7 are'],
  ["0 9 */0 * *", 'has no day of the month "*/0": 1-31 are'],
  ["0 9 5-1 * *", 'counts backwards in "5-1"'],
  ["0 9 30 feb *", "names a day that no month has"],
])("cron %s is refused", (written, why) => {
  expect(readCron(written)).toEqual({ ok: false, why });
});

test("names, ranges, lists and steps are numbers in the end, and Sunday is 0", () => {
  expect(readCron("5,1-3 */6 1/10 Jan-Mar sat,7")).toEqual({
    ok: true,
    cron: {
      minutes: [1, 2, 3, 5],
      hours: [0, 6, 12, 18],
      days: [1, 11, 21, 31],
      months: [1, 2, 3],
      weekdays: [0, 6],
      either: true,
    },
  });
});

test("jobs cut off at any byte, or with any byte changed, are read or refused, never thrown at", () => {
  const start = HEAD.length;
  fc.assert(
    fc.property(
      fc.integer({ min: start, max: ALL.length - 1 }),
      fc.constantFrom("", "\0", '"', "=", "[", "9", "é"),
      fc.boolean(),
      (at, byte, cut) => {
        const read = loaded(ALL.slice(0, at) + byte + (cut ? "" : ALL.slice(at + 1)));
        const lines = ALL.split("\n").length;
        for (const { line, message } of read.ok ? read.warnings : read.problems) {
          expect(line).toBeLessThanOrEqual(lines);
          expect(message).not.toBe("");
        }
      },
    ),
    { numRuns: 150 },
  );
});
