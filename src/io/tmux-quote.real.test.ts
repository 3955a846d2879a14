// What tmux itself makes of quoted text: the round trip is the proof, and no canary may ever appear.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually, must, openLab, type Lab } from "./tmux-lab.ts";
import { command, inFormat, inTimedFormat } from "./tmux-quote.ts";
import { openClient, type Client } from "./tmux-client.ts";

let lab: Lab;
let client: Client;

beforeAll(async () => {
  lab = openLab(process.env);
  const { terminal } = lab.open();
  must(await terminal.start(lab.spec("host", ["sleep", "1000"])));
  const socket = await lab.tmux("display-message", "-p", "#{socket_path}");
  client = openClient({
    argv: ["tmux", "-u", "-S", socket, "-C", "attach-session", "-t", "=_agents"],
    env: lab.env,
    onNotice: () => undefined,
  });
});
afterAll(async () => {
  await client.close();
  await lab.end();
});

/** One piece a line of this, so that it reads as it is; a line feed and its like are added below. */
const PIECES = String.raw`' " \ $HOME ~ #{pid} #[fg=red] ## # % %H%% ; { } - -- \; \n #, , ! é 漢 🙂 a`;
const nasty = (canary: string): readonly string[] => [
  ...PIECES.split(" "),
  " ; ",
  " ",
  "\n",
  "\r",
  "\t",
  "\u001B[31m",
  "\u007F",
  `$(touch ${canary})`,
  `#(touch ${canary})`,
  `\`touch ${canary}\``,
];
const text = (canary: string): fc.Arbitrary<string> =>
  fc.oneof(
    fc.array(fc.constantFrom(...nasty(canary)), { maxLength: 12 }).map((parts) => parts.join("")),
    fc.string({ unit: "binary", maxLength: 40 }).map((any) => any.replaceAll("\0", "")),
  );

/** Sets options from many texts in one round and reads them back. */
const roundTrip = async (
  texts: readonly string[],
  set: (text: string) => string,
): Promise<readonly string[]> => {
  const blocks = must(
    await client.ask(texts.flatMap((each) => [set(each), "show-options -sv @x"])),
  );
  expect(blocks.filter(({ error }) => error)).toEqual([]);
  return blocks.filter((_, index) => index % 2 === 1).map(({ lines }) => lines.join("\n"));
};

const CASES = { numRuns: 40, endOnFailure: false };

test("any text comes back from an option as it was put in", async () => {
  const canary = join(lab.dir, "canary-option");
  const many = fc.array(text(canary), { minLength: 20, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(many, async (texts) => {
      expect(await roundTrip(texts, (each) => command("set-option -s @x", each))).toEqual(texts);
      expect(
        await roundTrip(texts, (each) => command("set-option -s -F @x", inFormat(each))),
      ).toEqual(texts);
    }),
    CASES,
  );
  expect(readdirSync(lab.dir).filter((name) => name.startsWith("canary"))).toEqual([]);
});

test("any text survives the one expansion that also knows the time", async () => {
  const line = text(join(lab.dir, "canary-time")).map((each) => each.replaceAll("\n", " "));
  const many = fc.array(line, { minLength: 20, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(many, async (texts) => {
      const blocks = must(
        await client.ask(
          texts.map((each) => command("display-message -p --", inTimedFormat(each))),
        ),
      );
      expect(blocks.map(({ lines }) => lines.join("\n"))).toEqual(texts);
    }),
    CASES,
  );
  expect(readdirSync(lab.dir).filter((name) => name.startsWith("canary"))).toEqual([]);
});

/** Writes its arguments, NUL-terminated, to the file named by its first. */
const recorder = `printf '%s\\0' "$@" > "$0.part"; mv "$0.part" "$0"`;

test("an argv reaches the program word by word, whatever the words are", async () => {
  const { terminal } = lab.open();
  const canary = join(lab.dir, "canary-argv");
  const fixed = [
    "",
    "-",
    "--",
    "-t",
    ";",
    "a;",
    "a\\;",
    "trailing\n",
    "\n",
    `$(touch ${canary})`,
    "a=b",
    "{",
    "}",
  ];
  const words = [...fixed, ...fc.sample(text(canary), { numRuns: 300, seed: 7 })];
  const out = join(lab.dir, "argv");
  must(await terminal.start(lab.spec("argv", ["sh", "-c", recorder, out, ...words])));
  const read = await eventually(async () =>
    readdirSync(lab.dir).includes("argv") ? readFileSync(out, "utf8") : null,
  );
  expect(read?.split("\0").slice(0, -1)).toEqual(words);
  expect(readdirSync(lab.dir).filter((name) => name.startsWith("canary"))).toEqual([]);
});

test("a megabyte of argv arrives, and so does a word of 128 KiB less one", async () => {
  const { terminal } = lab.open();
  const longest = "x'\n".repeat(43_690) + "y";
  expect(Buffer.byteLength(longest)).toBe(128 * 1024 - 1);
  const words = Array.from({ length: 8 }, () => longest);
  const out = join(lab.dir, "large");
  must(await terminal.start(lab.spec("large", ["sh", "-c", recorder, out, ...words])));
  const read = await eventually(async () =>
    readdirSync(lab.dir).includes("large") ? readFileSync(out, "utf8") : null,
  );
  expect(
    read
      ?.split("\0")
      .slice(0, -1)
      .every((word, index) => word === words[index]),
  ).toBe(true);
  expect(read?.length).toBe(words.length * (longest.length + 1));
  expect(await terminal.start(lab.spec("over", ["echo", `${longest}z`]))).toEqual({
    ok: false,
    failure: "A word of the command or the environment of over is longer than 131071 bytes.",
  });
});

test("directories and logs named like commands are only names, at a start and at a revival", async () => {
  const { terminal } = lab.open();
  const shell = ["it's", '"q"', "$(touch canary)", "`touch canary`", "semi;", "a b ", "-dash"];
  const format = ["#(touch canary)", "#[x]", "##", "#{pid}", "100%H%%", "new\nline"];
  for (const [index, name] of [...shell, ...format].entries()) {
    const session = `p${index}`;
    const dir = join(lab.dir, session, name);
    mkdirSync(dir, { recursive: true });
    const change = { dir, log: join(dir, `${name}.log`) };
    const ended = async (): Promise<true | null> => {
      const row = must(await terminal.look()).rows.find((each) => each.session === session);
      return row?.dead ? true : null;
    };
    for (const run of ["first", "second"]) {
      must(
        await terminal.start(
          lab.spec(session, ["sh", "-c", "pwd -P; sleep 0.05"], { ...change, run }),
        ),
      );
      expect(await eventually(ended)).toBe(true);
    }
    const log = (): string => readFileSync(change.log, "utf8").replaceAll("\r", "");
    await eventually(async () => (log().length < 2 * dir.length ? null : true));
    expect(log()).toBe(`${dir}\n${dir}\n`);
  }
  const everything = readdirSync(lab.dir, { recursive: true, encoding: "utf8" });
  expect(everything.filter((path) => path.endsWith("canary"))).toEqual([]);
});

test("environment values of any text arrive, and none stands in an argv", async () => {
  const { terminal } = lab.open();
  const out = join(lab.dir, "environment");
  const values = ["", "a b", "x\ny=z", "it's $HOME `id` #(id) %H ;", "🙂", "trailing;", "-e"];
  const env = Object.fromEntries(values.map((value, index) => [`V${index}`, value]));
  const script = join(lab.dir, "environment.sh");
  writeFileSync(
    script,
    `tr '\\0' '\\n' < /proc/self/cmdline >/dev/null; env -0 > "$1.part"; mv "$1.part" "$1"`,
  );
  must(
    await terminal.start(
      lab.spec("environment", ["sh", script, out], {
        env: { ...env, PATH: lab.env["PATH"] ?? "" },
      }),
    ),
  );
  const read = await eventually(async () =>
    readdirSync(lab.dir).includes("environment") ? readFileSync(out, "utf8") : null,
  );
  const seen = new Map(
    (read ?? "").split("\0").map((line) => [line.split("=")[0], line.slice(line.indexOf("=") + 1)]),
  );
  expect(Object.keys(env).map((name) => seen.get(name))).toEqual(values);
  expect([seen.has("HOME"), seen.has("TMUX_TMPDIR"), seen.get("TERM")]).toEqual([
    false,
    false,
    "screen-256color",
  ]);
  const started = await lab.tmux(
    "list-panes",
    "-t",
    "=environment:",
    "-F",
    "#{pane_start_command}",
  );
  expect(started).not.toContain("trailing;");
});
