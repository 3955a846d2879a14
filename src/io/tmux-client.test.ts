// The client against a false tmux, a few lines of sh: what it does when answers are late or the other side ends.

import { expect, test } from "vitest";
import { openClient, type Client } from "./tmux-client.ts";

const env = { PATH: process.env["PATH"] ?? "" };
const talkTo = (script: string): Client =>
  openClient({ argv: ["sh", "-c", script], env, onNotice: () => undefined });

/** Answers every line with a block that holds its last word, without the quotes. */
const ECHO = `while read -r line; do word=\${line##* }; word=\${word%\\'}; printf '%%begin 1 1 1\\n%s\\n%%end 1 1 1\\n' "\${word#\\'}"; done`;

const answer = (lines: readonly string[]) => ({
  ok: true,
  value: lines.map((line) => ({ tag: "1 1 1", flags: 1, lines: [line], error: false })),
});

test("each of many requests in flight gets its own blocks", async () => {
  const client = talkTo(ECHO);
  const asked = [client.ask(["say a", "say b"]), client.ask([]), client.ask(["say c"])];
  expect(await Promise.all(asked)).toEqual([answer(["a", "b"]), answer([]), answer(["c"])]);
  await client.close();
});

test("a late answer fails every open request and ends the client", async () => {
  const client = talkTo("read -r line; exec sleep 1000");
  const failure = { ok: false, failure: "tmux did not answer within 50 ms." };
  expect(await Promise.all([client.ask(["a"], 50), client.ask(["b"])])).toEqual([failure, failure]);
  expect([await client.over, await client.ask(["c"])]).toEqual([failure.failure, failure]);
  await client.close();
});

test("what the client says last is why its requests fail", async () => {
  const client = talkTo("echo no server running on /x >&2; exit 1");
  const failure = { ok: false, failure: "no server running on /x" };
  expect([await client.ask(["a"]), await client.over]).toEqual([failure, failure.failure]);
});

test("a program that is not there is a failure", async () => {
  const client = openClient({ argv: ["no-such-tmux"], env, onNotice: () => undefined });
  expect(await client.ask(["a"])).toEqual({
    ok: false,
    failure: "tmux could not be run: spawn no-such-tmux ENOENT",
  });
  await client.close();
});

test("closing fails what is open and leaves no process", async () => {
  const client = talkTo("exec sleep 1000");
  const asked = client.ask(["a"], null);
  await client.close();
  expect(await asked).toEqual({ ok: false, failure: "The connection to tmux was closed." });
  expect(() => process.kill(client.pid ?? 0, 0)).toThrow("ESRCH");
});

test("an empty line, which would detach, is never sent", async () => {
  const client = talkTo(ECHO);
  await expect(client.ask([""])).rejects.toThrow("bug: a tmux command must be one line");
  await expect(client.ask(["a\nb"])).rejects.toThrow("bug: a tmux command must be one line");
  await client.close();
});
