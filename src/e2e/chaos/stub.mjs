// A stub agent: obeys its control FIFO, writes down what it truly does and every line that it is told, and, as
// "tui", draws an input line like a coding agent's. It is part of the world that is looked at: it knows nothing of us.

import { randomBytes } from "node:crypto";
import { spawn } from "node:child_process";
import { appendFileSync, constants, openSync } from "node:fs";
import { Socket } from "node:net";

const [, , kind] = process.argv;
const { AGENTS_NAME: name, AGENTS_RUN_ID: run } = process.env;
const isTui = kind === "tui";
const PASTE = { begin: "\u001B[200~", end: "\u001B[201~" };
/** Out of whatever a flood has put the terminal into. */
const SANE = "\u0018\u001B\\\u001Bc\u001B[?1049l\u001B[?1000l\u001B[?1003l\u001B[?1006l\u000F";
const FLOOD_BYTES = 64 * 1024;
const TURN_MS = 600;

let state = "";
let since = 0;
let timer;
/** What stands in the input line, and when the first key and the first paste of it came. */
let line = { text: "", typedAt: null, pastedAt: null };
let flooding = false;

const write = (file, text) => appendFileSync(`${import.meta.dirname}/${name}.${file}`, `${text}\n`);

/** A quiet one is never idle: it works without a word. */
const REST = kind === "quiet" ? "working" : "idle";

const become = (next, ms) => {
  clearTimeout(timer);
  if (state !== next) {
    since = Date.now();
    write("truth", `${since} ${run} ${next}`);
  }
  state = next;
  if (ms > 0) timer = setTimeout(() => become(REST, 0), ms);
  draw();
};

const SHOWN = {
  idle: () => ["ready for words", `> ${line.text}`],
  working: () => [
    `* Working (${Math.round((Date.now() - since) / 1000)}s, esc to interrupt)`,
    `> ${line.text}`,
  ],
  dialog: () => ["Do you want to go on?", "  1. Yes", "  2. No", ""],
};

const draw = () => {
  if (!isTui || flooding) return;
  const rows = [`stub ${name} ${run}`, ...SHOWN[state]()];
  process.stdout.write(`\u001B[H\u001B[2J${rows.join("\r\n")}`);
};

const say = () => {
  write("said", JSON.stringify({ at: Date.now(), run, state, ...line }));
  line = { text: "", typedAt: null, pastedAt: null };
  if (state === "idle") become("working", TURN_MS);
  draw();
};

const add = (text, when) => {
  if (state === "dialog") {
    write("wrong", JSON.stringify({ at: Date.now(), run, dialogFor: Date.now() - since, text }));
    return;
  }
  line = { ...line, text: line.text + text, [when]: line[when] ?? Date.now() };
  draw();
};

let interrupts = 0;
const key = (char) => {
  interrupts = char === "\u0003" ? interrupts + 1 : 0;
  if (interrupts === 2) process.exit(0);
  if (char === "\r" && state !== "dialog") return say();
  if (char === "\u0015") line = { text: "", typedAt: null, pastedAt: null };
  else if (char >= " " || char === "\r") return add(char, "typedAt");
  return draw();
};

/** Keys, pastes, and the answers of a terminal that a flood has asked something. */
let rest = "";
let pasting = false;
const hear = (text) => {
  rest += text;
  while (rest !== "") {
    if (pasting) {
      const end = rest.indexOf(PASTE.end);
      const upTo = end < 0 ? rest.length - PASTE.end.length + 1 : end;
      if (upTo > 0) add(rest.slice(0, upTo), "pastedAt");
      rest = rest.slice(Math.max(0, end < 0 ? upTo : end + PASTE.end.length));
      if (end < 0) return;
      pasting = false;
    } else if (rest.startsWith("\u001B")) {
      const sequence =
        /^\u001B(?:\[[0-9;?<>=]*[@-~]|[\]P][^\u0007\u001B]*(?:\u0007|\u001B\\)|O.|[^[\]PO])/.exec(
          rest,
        );
      if (sequence === null) return;
      rest = rest.slice(sequence[0].length);
      pasting = sequence[0] === PASTE.begin;
    } else {
      key(rest[0]);
      rest = rest.slice(1);
    }
  }
};

const FLOODS = {
  text: () => `${"lorem ipsum dolor sit amet ".repeat(7)}\r\n`.repeat(FLOOD_BYTES / 200),
  binary: () => randomBytes(FLOOD_BYTES),
  escapes: () =>
    "\u001B]0;title \u0001\u001B]2;x\u0007\u001B]52;c;YWJj\u0007\u001BP+q544e\u001B\\\u001B[6n\u001B[c\u001B[31;1m\u001B[?1049h\u001B[5;5Hx\u001B[?1049l\u001Bkname\u001B\\\u009B2J\u202E\r\n".repeat(
      FLOOD_BYTES / 128,
    ),
};

const flood = async (ms, what) => {
  const end = Date.now() + ms;
  flooding = true;
  while (Date.now() < end) {
    const more = process.stdout.write(FLOODS[what]());
    if (!more) await new Promise((resolve) => process.stdout.once("drain", resolve));
  }
  flooding = false;
  process.stdout.write(isTui ? `${SANE}\u001B[?2004h` : SANE);
  draw();
};

const obey = (command) => {
  const [word, first = "0", second = "text"] = command.split(" ");
  if (word === "work") become("working", Number(first));
  if (word === "idle") become(REST, 0);
  if (word === "dialog") become("dialog", Number(first));
  if (word === "print") process.stdout.write(`${"word ".repeat(12)}\r\n`.repeat(Number(first)));
  if (word === "flood") void flood(Number(first), second);
  if (word === "exit") process.exit(Number(first));
  // Like a language server that a tool leaves behind.
  if (word === "spawn") spawn("sleep", ["4000"], { detached: true, stdio: "ignore" }).unref();
};

const lines = (then) => {
  let half = "";
  return (text) => {
    const whole = (half + text).split("\n");
    half = whole.pop();
    whole.forEach(then);
  };
};

process.on("exit", () => write("life", `end ${run} ${process.pid} ${Date.now()}`));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
  process.on(signal, () => (kind === "stubborn" ? undefined : process.exit(130)));
// A terminal that is gone is no reason to go for who ignores its HUP.
for (const stream of [process.stdin, process.stdout]) stream.on("error", () => undefined);

const ear = openSync(`${import.meta.dirname}/${name}.ctl`, constants.O_RDWR | constants.O_NONBLOCK);
new Socket({ fd: ear, readable: true, writable: false })
  .setEncoding("utf8")
  .on("data", lines(obey));

process.stdin.setEncoding("utf8");
if (isTui) {
  process.stdin.setRawMode(true).on("data", hear);
  process.stdout.write("\u001B[?2004h");
  setInterval(() => state === "working" && draw(), 500);
} else {
  process.stdin.on(
    "data",
    lines((text) => write("said", JSON.stringify({ at: Date.now(), run, state, text }))),
  );
  setInterval(() => state === "working" && kind !== "quiet" && console.log("works"), 300);
}
if (kind === "quiet") {
  // Silent work: nothing but its CPU time shows it.
  setInterval(() => {
    for (const end = Date.now() + 30; Date.now() < end;);
  }, 500);
}
become(REST, 0);
