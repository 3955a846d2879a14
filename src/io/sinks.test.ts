// Every way out of this machine, against a server on the loopback and commands of our own: what exactly is sent, what
// a refusal, a hang and a redirect become, and that no failure tells an address or a token.

import { mkdtempSync, writeFileSync, chmodSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { Message } from "../engine/message.ts";
import type { Target } from "../engine/target.ts";
import { openHeartbeat } from "./heartbeat.ts";
import { openSinks } from "./sinks.ts";

type Got = {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
};

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function server(answer: (response: ServerResponse) => void) {
  const got: Got[] = [];
  const http = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const text = Buffer.concat(chunks).toString();
      const body: unknown = text === "" ? null : JSON.parse(text);
      got.push({ path: request.url ?? "", headers: request.headers, body });
      answer(response);
    });
  });
  await new Promise<void>((listening) => http.listen(0, "127.0.0.1", listening));
  closing.push(() => {
    http.close();
    http.closeAllConnections();
  });
  const address = http.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { got, url: `http://127.0.0.1:${port}` };
}

const message: Message = {
  v: 1,
  id: "asking-1.phone",
  at: Date.UTC(2026, 2, 7, 18),
  sink: "phone",
  kind: "first",
  level: "warning",
  fleet: "t",
  event: "asking",
  subject: "a",
  title: "[t] a asks",
  text: 'Run <!channel> & {token} "$(x)"?\n1. Yes',
  incidents: ["asking-1"],
};
const TARGET: Target = {
  to: "webhook",
  command: null,
  chat: null,
  url: null,
  token: null,
  env: {},
};
const dir = mkdtempSync(join(tmpdir(), "sinks-"));
const place = { env: { PATH: process.env["PATH"] ?? "" }, dir, platform: "linux" };
const carry = openSinks({ ...place, ring: () => Promise.resolve(2) });
const fine = (response: ServerResponse): void => void response.end("{}");

test.each([
  [
    { to: "webhook", token: "tok" } as const,
    "/hook/x",
    "Bearer tok",
    {
      schema: "agents.notice/1",
      id: "asking-1.phone",
      at: "2026-03-07T18:00:00.000Z",
      kind: "first",
      level: "warning",
      fleet: "t",
      sink: "phone",
      event: "asking",
      subject: "a",
      title: message.title,
      text: message.text,
    },
  ],
  [
    { to: "ntfy" } as const,
    "/hook",
    undefined,
    { topic: "x", title: message.title, message: message.text, priority: 4, tags: ["warning"] },
  ],
  [
    { to: "slack" } as const,
    "/hook/x",
    undefined,
    {
      text: '[t] a asks\nRun &lt;!channel&gt; &amp; {token} "$(x)"?\n1. Yes',
      mrkdwn: false,
      unfurl_links: false,
    },
  ],
  [
    { to: "discord" } as const,
    "/hook/x",
    undefined,
    { content: `${message.title}\n${message.text}`, allowed_mentions: { parse: [] }, flags: 4 },
  ],
  [
    { to: "telegram", token: "12:ab", chat: "-5" } as const,
    "/hook/x/bot12:ab/sendMessage",
    undefined,
    {
      chat_id: "-5",
      text: `${message.title}\n${message.text}`,
      link_preview_options: { is_disabled: true },
    },
  ],
])(
  "%j is sent what it wants, and words of a screen stay words",
  async (how, path, bearer, body) => {
    const { got, url } = await server(fine);
    const sent = await carry({ ...TARGET, ...how, url: `${url}/hook/x` }, message);
    expect(sent).toEqual({ ok: true, value: `${url.slice(7)} answered 200` });
    expect(got.map((one) => [one.path, one.headers.authorization, one.body])).toEqual([
      [path, bearer, body],
    ]);
  },
);

test("a webhook gets the notice's id, by which it knows it again", async () => {
  const { got, url } = await server(fine);
  await carry({ ...TARGET, url }, message);
  expect(got[0]?.headers["idempotency-key"]).toBe("asking-1.phone");
});

test("a refusal says who refused, and how long it wants to be left alone", async () => {
  const { url } = await server((response) => {
    response.writeHead(429, { "retry-after": "7" }).end();
  });
  const target = {
    ...TARGET,
    to: "telegram",
    url: `${url}/s3cret`,
    token: "t0ken",
    chat: "1",
  } as const;
  expect(await carry(target, message)).toEqual({
    ok: false,
    failure: `${url.slice(7)} answered 429`,
    waitMs: 7000,
  });
});

test("a redirect is not followed: what is sent is for one address only", async () => {
  const other = await server(fine);
  const { url } = await server((response) => {
    response.writeHead(307, { location: other.url }).end();
  });
  const sent = await carry({ ...TARGET, url, token: "t0ken" }, message);
  expect(sent).toEqual({ ok: false, failure: `${url.slice(7)} answered 307`, waitMs: null });
  expect(other.got).toEqual([]);
});

test("nobody there is a failure without the address's path", async () => {
  const { url } = await server((response) => void response.destroy());
  expect(await carry({ ...TARGET, url: `${url}/s3cret` }, message)).toEqual({
    ok: false,
    failure: expect.stringMatching(/^127\.0\.0\.1:\d+ could not be reached \([A-Z_]+\)$/),
    waitMs: null,
  });
  expect(await carry({ ...TARGET, url: "not an address" }, message)).toEqual({
    ok: false,
    failure: "it has no address, or one that cannot be read",
    waitMs: null,
  });
});

test("a command hears it on stdin and in its environment, and never as shell text", async () => {
  const command =
    'cat > out; printf "%s|%s|%s" "$AGENTS_NOTICE_TITLE" "$AGENTS_NOTICE_EVENT" "$KEY" > env';
  const target = { ...TARGET, to: "command", command, env: { KEY: "of its own file" } } as const;
  const evil = { ...message, title: "$(touch hacked) `touch hacked`", text: "'; touch hacked; '" };
  expect(await carry(target, evil)).toEqual({ ok: true, value: "exit code 0" });
  const read = await carry(
    { ...target, command: `cat out env >&2; ls hacked >&2 2>/dev/null; exit 3` },
    evil,
  );
  expect(read).toEqual({
    ok: false,
    failure:
      "it ended with code 3: $(touch hacked) `touch hacked` '; touch hacked; ' $(touch hacked) `touch hacked`|asking|of its own file",
    waitMs: null,
  });
});

test("the desktop is told by its own program, on each platform with the words as words", async () => {
  for (const [platform, program] of [
    ["linux", "notify-send"],
    ["darwin", "osascript"],
  ] as const) {
    const bin = mkdtempSync(join(tmpdir(), "desktop-"));
    const file = join(bin, program);
    writeFileSync(
      file,
      `#!/bin/sh\nfor word in "$@"; do printf '%s\\n' "[$word]" >&2; done\nexit 1\n`,
    );
    chmodSync(file, 0o755);
    const env = { PATH: `${bin}:/usr/bin:/bin` };
    const desktop = openSinks({ ...place, platform, env, ring: () => Promise.resolve(0) });
    const sent = await desktop({ ...TARGET, to: "desktop" }, { ...message, text: "a <b> & c" });
    expect(sent).toEqual({
      ok: false,
      failure:
        platform === "linux"
          ? "notify-send ended with code 1: [--app-name=agents] [--urgency=normal] [--] [[t] a asks] [a &#60;b&#62; &#38; c]"
          : "osascript ended with code 1: [-e] [on run argv] [-e] [display notification (item 2 of argv) with title (item 1 of argv)] [-e] [end run] [[t] a asks] [a <b> & c]",
      waitMs: null,
    });
  }
  const bare = openSinks({ ...place, env: { PATH: dir }, ring: () => Promise.resolve(0) });
  expect(await bare({ ...TARGET, to: "desktop" }, message)).toEqual({
    ok: false,
    failure: "notify-send is not installed",
    waitMs: null,
  });
});

test("a bell answers how many terminals heard it", async () => {
  expect(await carry({ ...TARGET, to: "bell" }, message)).toEqual({
    ok: true,
    value: "2 terminals",
  });
});

test("a heartbeat beats after its interval, and one that hangs is not beaten again beside itself", async () => {
  const answers: ServerResponse[] = [];
  const { got, url } = await server((response) => void answers.push(response));
  const written: string[] = [];
  let steady = 0;
  const write = (path: string, text: string | Uint8Array) => {
    written.push(`${path} ${String(text).trim()}`);
    return { ok: true, value: null } as const;
  };
  const beat = openHeartbeat({ write }, () => steady);
  const heartbeat = { url: null, urlEnv: "PING", file: "/alive", everyMs: 60_000 };
  for (const at of [0, 30_000, 60_000, 119_000, 120_000]) {
    steady = at;
    beat(heartbeat, url, at);
    await new Promise((turn) => setTimeout(turn, 40));
  }
  expect(got.length).toBe(1);
  expect(written).toEqual([
    "/alive 1970-01-01T00:00:00.000Z",
    "/alive 1970-01-01T00:01:00.000Z",
    "/alive 1970-01-01T00:02:00.000Z",
  ]);
  answers[0]?.end();
  await new Promise((turn) => setTimeout(turn, 60));
  steady = 180_000;
  beat(heartbeat, url, 180_000);
  await new Promise((turn) => setTimeout(turn, 60));
  expect(got.length).toBe(2);
  answers[1]?.end();
});
