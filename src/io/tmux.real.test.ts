// The terminal against a real tmux: what is started is found, what dies is told, and nothing foreign is touched.

import { readFileSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { spawn } from "node:child_process";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openPace } from "../e2e/pace.ts";
import type { Look, Row } from "../engine/ports.ts";
import { eventually, must, openLab, type Lab } from "./tmux-lab.ts";
import type { Terminal } from "../engine/ports.ts";

let lab: Lab;
let terminal: Terminal;

beforeEach(() => {
  lab = openLab(process.env);
  terminal = lab.open().terminal;
});
afterEach(() => lab.end());

const serverPid = (look: Look): number => {
  if (look.server === "none") throw new Error("no server");
  return look.server.pid;
};
const row = async (session: string): Promise<Row | null> =>
  must(await terminal.look()).rows.find((each) => each.session === session) ?? null;
const dead = (session: string): Promise<Row | null> =>
  eventually(async () => {
    const found = await row(session);
    return found?.dead ? found : null;
  });
const screen = async (pane: string): Promise<string> =>
  must(await terminal.capture([pane]))[pane] ?? "";
const shows = (pane: string, text: string): Promise<string | null> =>
  eventually(async () => ((await screen(pane)).includes(text) ? screen(pane) : null));

test("no server is a successful look at nothing, and a look starts none", async () => {
  expect(await terminal.look()).toEqual({ ok: true, value: { server: "none", rows: [] } });
  expect(await terminal.capture(["%0"])).toEqual({ ok: true, value: {} });
  expect(await terminal.humans()).toEqual({ ok: true, value: {} });
  expect(await terminal.close("a", "r")).toEqual({ ok: true, value: null });
  expect(await lab.tmux("list-sessions")).toMatch(/no server running|No such file/);
});

test("a hundred agents that print at once lose no first line, and each is seen with its mark", async () => {
  const names = Array.from({ length: 100 }, (_, index) => `a${100 + index}`);
  const specs = names.map((name) =>
    lab.spec(name, ["sh", "-c", `echo first ${name}; exec sleep 1000`]),
  );
  const started = await Promise.all(specs.map((spec) => terminal.start(spec)));
  const { rows } = must(await terminal.look());
  expect(
    rows.map(({ session, pane, pid, mark, piped }) => ({ session, pane, pid, mark, piped })),
  ).toEqual(
    specs.map(({ session, run, hash, target }, index) => ({
      session,
      ...must(started[index] ?? { ok: false, failure: "not started" }),
      mark: { run, hash, target },
      piped: true,
    })),
  );
  const logs = await eventually(async () => {
    const all = specs.map(({ log }) => readFileSync(log, "utf8"));
    return all.every((text) => text !== "") ? all : null;
  });
  expect(logs).toEqual(names.map((name) => `first ${name}\r\n`));
  expect(statSync(specs[0]?.log ?? "").mode & 0o777).toBe(0o600);
}, 20_000);

test("starting the same run twice changes nothing; another run waits until the first has ended", async () => {
  const spec = lab.spec("a", ["sh", "-c", "echo up; read x; exit 3"]);
  const first = must(await terminal.start(spec));
  expect(must(await terminal.start(spec))).toEqual(first);
  const next = { ...spec, run: "run-2", argv: ["sh", "-c", "echo again; sleep 1000"] };
  expect(await terminal.start(next)).toEqual({
    ok: false,
    failure: "a is still there, as another run.",
  });
  must(await terminal.type("a", "run-a", "\n"));
  expect((await dead("a"))?.dead).toEqual({ code: 3, signal: null });
  const second = must(await terminal.start(next));
  expect([second.pane, second.pid === first.pid]).toEqual([first.pane, false]);
  expect(await shows(second.pane, "again")).toBe("again");
  expect(await row("a")).toMatchObject({
    mark: { run: "run-2" },
    dead: null,
    piped: true,
    title: "",
  });
});

test("a revived pane inherits no variable of the launch before it", async () => {
  const spec = lab.spec("a", ["env"], {
    env: { PATH: lab.env["PATH"] ?? "", KEY: "x\nsecret=1", GONE: "1" },
  });
  must(await terminal.start(spec));
  await dead("a");
  must(
    await terminal.start({
      ...spec,
      run: "run-2",
      env: { PATH: lab.env["PATH"] ?? "", secret: "2" },
    }),
  );
  const last = await dead("a");
  const seen = await screen(last?.pane ?? "");
  expect(seen.split("\n").filter((line) => /^(KEY|GONE|HOME|secret|AGENTS_)/.test(line))).toEqual([
    "secret=2",
  ]);
});

test("a foreign session of that name is named and left alone", async () => {
  must(await terminal.start(lab.spec("other", ["sleep", "1000"])));
  await lab.tmux("new-session", "-d", "-s", "mine", "sleep 1000");
  expect(await terminal.start(lab.spec("mine", ["sleep", "1000"]))).toEqual({
    ok: false,
    failure: "A session mine that is not ours stands there already.",
  });
  expect((await row("mine"))?.mark).toBe(null);
  must(await terminal.close("mine", "run-mine"));
  expect((await row("mine"))?.command).toBe("sleep");
});

test("a start that cannot be is refused in a sentence", async () => {
  const refusals = [
    lab.spec("a.b", ["true"]),
    lab.spec("#(touch x)", ["true"]),
    lab.spec("a", []),
    lab.spec("a", ["true"], { dir: `${lab.dir}/missing` }),
    lab.spec("a", ["a\0b"]),
    lab.spec("a", ["true"], { log: `${lab.dir}/missing/log` }),
  ].map((spec) => terminal.start(spec));
  const failures = (await Promise.all(refusals)).map((result) => (result.ok ? "" : result.failure));
  expect(
    failures.map((failure) => failure.replace(lab.dir, "DIR").replace(lab.dir, "DIR")),
  ).toEqual([
    'tmux cannot hold the name "a.b".',
    'tmux cannot hold the name "#(touch x)".',
    "There is no command to start in a.",
    "DIR/missing is not a directory.",
    "A word of the command or the environment of a holds a NUL.",
    "The log could not be opened: Error: ENOENT: no such file or directory, open 'DIR/missing/log'",
  ]);
  expect(await terminal.look()).toEqual({ ok: true, value: { server: "none", rows: [] } });
});

test("exit codes and signals are told", async () => {
  const ends = { code: "exit 7", fine: "exit 0", killed: "kill -9 $$", term: "kill -TERM $$" };
  for (const [name, script] of Object.entries(ends)) {
    must(await terminal.start(lab.spec(name, ["sh", "-c", script])));
  }
  const seen = await Promise.all(Object.keys(ends).map(async (name) => (await dead(name))?.dead));
  expect(seen).toEqual([
    { code: 7, signal: null },
    { code: 0, signal: null },
    { code: null, signal: "KILL" },
    { code: null, signal: "TERM" },
  ]);
});

test("a close takes only the run it names", async () => {
  must(await terminal.start(lab.spec("a", ["sleep", "1000"])));
  must(await terminal.close("a", "run-of-before"));
  expect((await row("a"))?.mark?.run).toBe("run-a");
  must(await terminal.close("a", "run-a"));
  expect(await row("a")).toBe(null);
});

test("a renamed session is still found, typed to, converged on and closed", async () => {
  const spec = lab.spec("a", ["cat"]);
  const started = must(await terminal.start(spec));
  await lab.tmux("rename-session", "-t", "=a:", "my own name | ü");
  expect(must(await terminal.look()).rows.map(({ session, pane }) => ({ session, pane }))).toEqual([
    { session: "a", pane: started.pane },
  ]);
  must(await terminal.type("a", "run-a", "hello\n"));
  expect(await shows(started.pane, "hello\nhello")).toBe("hello\nhello");
  expect(must(await terminal.start(spec))).toEqual(started);
  must(await terminal.close("a", "run-a"));
  expect(must(await terminal.look()).rows).toEqual([]);
});

test("of a session that a person split, our pane is the one that is seen and typed to", async () => {
  const started = must(await terminal.start(lab.spec("a", ["cat"])));
  await lab.tmux("split-window", "-b", "-t", "=a:", "sleep 1000");
  await lab.tmux("new-window", "-t", "=a:", "sleep 1000");
  expect(must(await terminal.look()).rows.map(({ session, pane }) => ({ session, pane }))).toEqual([
    { session: "a", pane: started.pane },
  ]);
  must(await terminal.type("a", "run-a", "to cat\n"));
  expect(await shows(started.pane, "to cat\nto cat")).toBe("to cat\nto cat");
});

test("nothing is typed or pressed in copy mode, in a dead pane or in another run, and the server lives", async () => {
  const started = must(await terminal.start(lab.spec("a", ["cat"])));
  await lab.tmux("copy-mode", "-t", "=a:");
  expect((await row("a"))?.inMode).toBe(true);
  const scrolled = { ok: false, failure: "a is in copy mode: somebody scrolls in it." };
  expect([
    await terminal.type("a", "run-a", "x"),
    await terminal.press("a", "run-a", ["Enter"]),
  ]).toEqual([scrolled, scrolled]);
  await lab.tmux("send-keys", "-t", "=a:", "-X", "cancel");
  const other = { ok: false, failure: "This run of a is not there any more." };
  expect(await terminal.type("a", "run-b", "x")).toEqual(other);
  must(await terminal.press("a", "run-a", ["C-d"]));
  await dead("a");
  const ended = { ok: false, failure: "The program in a has ended." };
  expect([
    await terminal.type("a", "run-a", "x"),
    await terminal.press("a", "run-a", ["Enter"]),
  ]).toEqual([ended, ended]);
  expect(await lab.tmux("list-buffers")).toBe("");
  // Its status may come a little after its end.
  const known = await eventually(async () => {
    const found = await row("a");
    return found?.dead?.code === 0 ? found : null;
  });
  expect(known).toMatchObject({ pane: started.pane, dead: { code: 0, signal: null } });
});

test("text of any size and content is pasted byte for byte", async () => {
  const script = "stty raw -echo; echo ready; head -c $0 > got; stty sane; echo done; sleep 1000";
  const text = `-- 'it' "$(touch x)" \`y\` #(z) %H ; ü 🙂\n`.repeat(20_000) + "end;";
  const size = String(Buffer.byteLength(text));
  const { pane } = must(await terminal.start(lab.spec("a", ["sh", "-c", script, size])));
  await shows(pane, "ready");
  must(await terminal.type("a", "run-a", text));
  expect(await shows(pane, "done")).toMatch(/^ready\n *done$/);
  expect(readFileSync(`${lab.dir}/got`, "utf8") === text).toBe(true);
  expect(await terminal.type("a", "run-a", "x\u001B[201~\n")).toEqual({
    ok: false,
    failure: "The text holds the sequence that ends a paste.",
  });
});

test("rows that the terminal wrapped are joined, and blank rows below are left out", async () => {
  const long = "x".repeat(250);
  const { pane } = must(
    await terminal.start(lab.spec("a", ["sh", "-c", `printf 'top   \n\n${long}\n\n'; sleep 1000`])),
  );
  expect(await shows(pane, "xxx")).toBe(`top\n\n${long}`);
  expect(must(await terminal.capture([pane, "%999"]))).toEqual({ [pane]: `top\n\n${long}` });
});

test("a log whose writer died is seen and opened again", async () => {
  const spec = lab.spec("a", ["cat"]);
  must(await terminal.start(spec));
  await lab.tmux("pipe-pane", "-t", "=a:");
  expect((await row("a"))?.piped).toBe(false);
  must(await terminal.pipe("a", "run-a", spec.log));
  expect((await row("a"))?.piped).toBe(true);
  must(await terminal.type("a", "run-a", "kept\n"));
  expect(
    await eventually(async () => (readFileSync(spec.log, "utf8").includes("kept") ? "kept" : null)),
  ).toBe("kept");
});

test("the key moves with the screen and rests with it", async () => {
  must(await terminal.start(lab.spec("a", ["cat"])));
  await sleep(2_100);
  const rest = (await row("a"))?.key;
  expect((await row("a"))?.key).toBe(rest);
  must(await terminal.type("a", "run-a", "x"));
  expect(await eventually(async () => ((await row("a"))?.key === rest ? null : "moved"))).toBe(
    "moved",
  );
});

test("twenty deaths ring, each within 300 ms", async () => {
  let rungAt = 0;
  terminal.onRing(() => (rungAt = performance.now()));
  must(await terminal.look());
  const late: number[] = [];
  const pace = openPace();
  for (let count = 0; count < 20; count++) {
    const { pid } = must(await terminal.start(lab.spec(`a${count}`, ["sleep", "1000"])));
    must(await terminal.look());
    await pace.sample();
    await sleep(60);
    rungAt = 0;
    const killedAt = performance.now();
    process.kill(pid, "SIGKILL");
    await eventually(async () => (rungAt > 0 ? true : null), 2_000);
    late.push(rungAt - killedAt);
    expect((await row(`a${count}`))?.dead).toEqual({ code: null, signal: "KILL" });
  }
  // All of them ring, and on a machine with much else to do one of them may be late.
  expect(late.filter((ms) => ms < 0)).toEqual([]);
  expect(late.toSorted((a, b) => b - a)[1]).toBeLessThanOrEqual(pace.stretched(300));
}, 30_000);

test("a killed server is known within two seconds, and a start brings up another", async () => {
  const ringing = new Promise((resolve) => terminal.onRing(() => resolve("rang")));
  must(await terminal.start(lab.spec("a", ["sleep", "1000"])));
  const before = must(await terminal.look());
  process.kill(serverPid(before), "SIGKILL");
  const none = await eventually(async () => {
    const look = await terminal.look();
    return look.ok && look.value.server === "none" ? look.value : null;
  }, 2_000);
  expect(none).toEqual({ server: "none", rows: [] });
  expect(await ringing).toBe("rang");
  must(await terminal.start(lab.spec("a", ["sleep", "1000"], { run: "run-2" })));
  expect((await row("a"))?.mark?.run).toBe("run-2");
});

test("a server that does not answer is not an empty one", async () => {
  must(await terminal.start(lab.spec("a", ["sleep", "1000"])));
  const pid = serverPid(must(await terminal.look()));
  process.kill(pid, "SIGSTOP");
  try {
    expect(await lab.open().terminal.look()).toEqual({
      ok: false,
      failure: "tmux did not answer within 5000 ms.",
    });
  } finally {
    process.kill(pid, "SIGCONT");
  }
  expect((await row("a"))?.session).toBe("a");
}, 10_000);

test("a socket file that somebody removed is made again, and until then nothing is concluded", async () => {
  must(await terminal.start(lab.spec("a", ["sleep", "1000"])));
  const { server } = must(await terminal.look());
  if (server === "none") throw new Error("no server");
  const socket = await lab.tmux("display-message", "-p", "#{socket_path}");
  const later = lab.open({ known: () => server }).terminal;
  const { rmSync } = await import("node:fs");
  rmSync(socket);
  expect(await later.look()).toEqual({
    ok: false,
    failure: `The tmux server ${server.pid} lives, but its socket is gone.`,
  });
  const again = await eventually(async () => {
    const look = await later.look();
    return look.ok ? look.value.rows.length : null;
  });
  expect(again).toBe(1);
});

test("a client that was killed costs one look at most", async () => {
  must(await terminal.start(lab.spec("a", ["sleep", "1000"])));
  for (const pid of (await lab.tmux("list-clients", "-F", "#{client_pid}")).split("\n"))
    process.kill(Number(pid), "SIGKILL");
  expect((await row("a"))?.session).toBe("a");
});

test("our own keys of an attached person are told, and our own clients are not people", async () => {
  must(await terminal.start(lab.spec("a", ["cat"])));
  expect(must(await terminal.humans())).toEqual({});
  const socket = await lab.tmux("display-message", "-p", "#{socket_path}");
  const person = spawn("script", ["-qc", `tmux -S '${socket}' attach -t =a`, "/dev/null"], {
    env: { ...lab.env },
    stdio: ["pipe", "ignore", "ignore"],
  });
  const seen = await eventually(async () => {
    const humans = must(await terminal.humans());
    return "a" in humans ? humans : null;
  });
  expect(Math.abs((seen?.["a"] ?? 0) - Date.now())).toBeLessThan(3_000);
  expect((await row("a"))?.attached).toBe(true);
  person.kill();
});

test("on a server that is not ours no option changes, and an end leaves it as it was", async () => {
  await lab.tmux("-f", "/dev/null", "new-session", "-d", "-s", "theirs", "sleep 1000");
  const options = async (): Promise<string> =>
    [
      await lab.tmux("show-options", "-g"),
      await lab.tmux("show-options", "-gw"),
      await lab.tmux("show-options", "-s"),
      await lab.tmux("show-hooks", "-gw"),
    ].join("\n");
  const before = await options();
  const guest = lab.open({ own: false }).terminal;
  guest.onRing(() => undefined);
  must(await guest.start(lab.spec("a", ["sh", "-c", "echo last words; sleep 0.1; exit 5"])));
  const ended = await eventually(async () => {
    const found = must(await guest.look()).rows.find(({ session }) => session === "a");
    return found?.dead ? found : null;
  });
  expect(ended?.dead).toEqual({ code: 5, signal: null });
  expect(must(await guest.capture([ended?.pane ?? ""]))).toEqual({
    [ended?.pane ?? ""]: "last words",
  });
  must(await guest.close("a", "run-a"));
  await guest.leave({ end: true });
  expect(await options()).toBe(before);
  expect(await lab.tmux("list-sessions", "-F", "#{session_name}")).toBe("theirs");
});

test("a session of another project on the same server is foreign", async () => {
  must(await terminal.start(lab.spec("a", ["sleep", "1000"])));
  const neighbour = lab.open({ hex: "0badcafe" }).terminal;
  expect(must(await neighbour.look()).rows.map(({ session, mark }) => ({ session, mark }))).toEqual(
    [{ session: "a", mark: null }],
  );
  must(await neighbour.close("a", "run-a"));
  expect((await row("a"))?.session).toBe("a");
});

test("ended with nothing left, a server of our own is gone, and so are our clients", async () => {
  const { terminal: last, processes } = lab.open();
  last.onRing(() => undefined);
  must(await last.start(lab.spec("a", ["sleep", "1000"])));
  const pid = serverPid(must(await last.look()));
  await last.leave();
  expect(processes.started(pid)).not.toEqual({ ok: true, value: null });
  const end = lab.open().terminal;
  must(await end.close("a", "run-a"));
  await end.leave({ end: true });
  expect(processes.started(pid)).toEqual({ ok: true, value: null });
});
