// `agents top` in a real terminal, every key of it, at two sizes; and the terminal as it was, however it ends.

import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { drive, type Driven } from "../../e2e/driven.ts";
import { build, openLab, program, type Lab } from "../../e2e/lab.ts";

vi.setConfig({ testTimeout: 40_000 });

const FLEET = `[defaults]
session_prefix = "t-"
log_dir = "log"
backend = "talk"
watch = "heal"
[watchdog]
signal_interval = 1
[backend.talk]
bin = "exec sh talk.sh"
prompt_delivery = "exec"
[backend.talk.screen]
busy = ["working on"]
idle = ["ready>$"]
asking = ["Which one\\\\?"]
[[agent]]
name = "ann"
prompt = ""
[[agent]]
name = "bob"
model = "large"
prompt = ""
[[agent]]
name = "off"
enabled = false
prompt = ""
[[service]]
name = "db"
command = "echo listening; exec sleep 1000"
`;
/** It works for a moment on whatever it is told, and asks back when told to. */
const TALK = `printf 'ready>'
while IFS= read -r line; do
  if [ "$line" = ask ]; then printf '\\033[2J\\033[HWhich one?'; continue; fi
  printf '\\033[2J\\033[Hworking on %s' "$line"
  sleep 0.3
  printf '\\033[2J\\033[Hheard %s\\nready>' "$line"
done
`;

let lab: Lab;
let driven: Driven | null = null;

beforeAll(async () => {
  build();
  lab = openLab();
  lab.write("agents.toml", FLEET);
  lab.write("talk.sh", TALK);
  expect(await lab.agents("up")).toMatchObject({ code: 0 });
}, 30_000);
afterEach(() => {
  driven?.close();
  driven = null;
});
afterAll(async () => lab.close(), 30_000);

async function top(columns: number, rows: number, words = ""): Promise<Driven> {
  const command = `${process.execPath} ${program} top ${words}; echo "left with $?"`;
  driven = drive(lab, { columns, rows }, command);
  await driven.until("ann is idle", (screen) => /ann +idle/.test(screen));
  return driven;
}

/** What differs from run to run, as wide as it was. */
function masked(screen: string): string {
  return screen
    .replaceAll(/agents-e2e-\w{6}/g, "agents-e2e-XXXXXX")
    .replaceAll(/ *looked \w+(?: ago)?/g, " looked N")
    .replaceAll(/ \d+[smh](?= {2})/g, " Ns")
    .replaceAll(/ +(?=watchdog)/g, "  ")
    .replaceAll(/started \w+(?: times)?/g, "started N")
    .replaceAll(/─+/g, "──")
    .replaceAll(/^ \d\d:\d\d:\d\d .*$/gm, " N");
}

const SIZES = [
  [80, 24],
  [200, 50],
] as const;

test.each(SIZES)("the golden screen, %d by %d", async (columns, rows) => {
  const { until } = await top(columns, rows);
  const last = (screen: string): boolean =>
    /ann .*ready>/.test(screen) && /bob .*ready>/.test(screen) && /db .*listening/.test(screen);
  const screen = await until("all is there", (now) => last(now) && /^ ready>/m.test(now));
  await expect(masked(screen)).toMatchFileSnapshot(`../golden/top-real-${columns}x${rows}.txt`);
});

test.each(SIZES)("every key does what it says, at %d by %d", async (columns, rows) => {
  const { keys, text, until } = await top(columns, rows);
  keys("j");
  await until("bob is chosen", (screen) => /▸ bob/.test(screen) && /── bob ─/.test(screen));
  keys("k", "Down", "Up", "End");
  await until("the last one is chosen", (screen) => screen.includes("▸ off"));
  keys("Home");
  await until("the first one is chosen", (screen) => screen.includes("▸ ann"));
  keys("s");
  text("hi there");
  await until("it is typed", (screen) => /send to ann: hi there$/m.test(screen));
  keys("Enter");
  await until("the receipt", (screen) => /^ send: ann person message accepted/m.test(screen));
  await until("it was heard", (screen) => /^ heard hi there$/m.test(screen));
  keys("p");
  await until("it is paused", (screen) => /ann +paused/.test(screen));
  keys("p");
  await until("it is resumed", (screen) => /^ resume: ann resumed/m.test(screen));
  keys("r");
  await until("it is asked", (screen) => screen.includes("restart ann? y does it"));
  keys("n");
  await until("not done", (screen) => screen.includes("q quit"));
  keys("r", "y");
  await until("it is restarted", (screen) => /^ restart: ann up/m.test(screen), 20_000);
  keys("/");
  text("large");
  await until("only bob matches", (screen) => /▸ bob/.test(screen) && !/ann +idle/.test(screen));
  keys("Enter", "Escape");
  await until(
    "everybody is back",
    (screen) => /ann +idle/.test(screen) && screen.includes("▸ bob"),
  );
  keys("o");
  await until("another order", (screen) => screen.includes("sort: as in the file"));
  keys("l");
  await until("the log", (screen) => screen.includes("at the end, more comes by itself"));
  keys("q", "?");
  await until("the help", (screen) => screen.includes("WORDS") && screen.includes("any key back"));
  keys("x");
  await until("the list", (screen) => screen.includes("q quit"));
  keys("Enter");
  await until("bob's own screen", (screen) => /^ready>/m.test(screen) && screen.includes("t-bob"));
  keys("C-b", "d");
  await until("back again", (screen) => screen.includes("q quit") && screen.includes("▸ bob"));
  keys("C-l", "q");
  await until("it has left", (screen) => screen.includes("left with 0"));
});

test("a question is said with its words, first of all, and colours only repeat it", async () => {
  await lab.agents("send", "bob", "ask", "--no-wait");
  const { until, painted, keys } = await top(80, 24);
  const asking = await until("bob asks", (screen) => /bob +asking +\d+s +your answer/.test(screen));
  expect(asking.indexOf("bob ")).toBeLessThan(asking.indexOf("ann "));
  // The lab sets NO_COLOR.
  expect(painted()).not.toContain("\u001B[");
  keys("q");
  await lab.agents("restart", "bob");
});

test("a terminal of another size is drawn anew, and a very small one too", async () => {
  const { resize, until } = await top(80, 24);
  resize({ columns: 200, rows: 50 });
  await until(
    "the wide columns",
    (screen) => screen.includes("LAST WORDS") && screen.includes("MODEL"),
  );
  resize({ columns: 30, rows: 5 });
  await until(
    "five rows",
    (screen) => screen.trimEnd().split("\n").length <= 5 && screen.includes("attach"),
  );
  resize({ columns: 80, rows: 24 });
  await until("as before", (screen) => screen.includes("WHY, OR LAST WORDS"));
});

test.each([
  ["SIGTERM", 143],
  ["SIGHUP", 143],
  ["SIGINT", 130],
] as const)("%s leaves the terminal as it was", async (signal, code) => {
  const { pid, says, until } = await top(80, 24);
  expect(says("#{alternate_on} #{cursor_flag} #{wrap_flag}")).toBe("1 0 0");
  process.kill(pid(), signal);
  await until("it has left", (screen) => screen.includes(`left with ${code}`));
  expect(says("#{alternate_on} #{cursor_flag} #{wrap_flag}")).toBe("0 1 1");
});

test("Ctrl-Z stops it with the terminal as it was, and fg goes on", async () => {
  const { keys, says, until, text } = await top(80, 24);
  keys("C-z");
  await until("it is stopped", (screen) => /Stopped/.test(screen));
  expect(says("#{alternate_on} #{cursor_flag}")).toBe("0 1");
  text("fg");
  keys("Enter");
  await until("it is back", (screen) => screen.includes("q quit"));
  keys("q");
  await until("the shell is there", (screen) => screen.includes("$ fg"));
});

test("without a terminal, and with --plain, it tells what changes in sentences", async () => {
  const { until, says, keys } = await dumb();
  await until("how it stands", (screen) => screen.includes("The watchdog is running."));
  await lab.agents("send", "ann", "ask", "--no-wait");
  const told = await until("the change", (screen) => /ann is asking/.test(screen));
  expect(
    told
      .replaceAll(/^\d\d:\d\d:\d\d/gm, "N")
      .split("\n")
      .slice(1, 3),
  ).toEqual(["N 4 agents: 1 up, 2 idle, 1 down.", "N The watchdog is running."]);
  expect(says("#{alternate_on}")).toBe("0");
  keys("C-c");
  await until("it ends", (screen) => screen.includes("left with 130"));
  await lab.agents("restart", "ann");
});

async function dumb(): Promise<Driven> {
  await lab.until(
    "both rest",
    ({ agents }) => agents.filter((one) => one.verdict === "idle").length === 2,
  );
  const command = `TERM=dumb ${process.execPath} ${program} top; echo "left with $?"`;
  driven = drive(lab, { columns: 160, rows: 24 }, command);
  return driven;
}
