// The false API on its own: what it is told it knows, what it is asked to play it plays, on every wire.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { openFalseApi, type FalseApi } from "./false-api.ts";

const open: FalseApi[] = [];
const api = async (): Promise<FalseApi> => {
  const opened = await openFalseApi();
  open.push(opened);
  return opened;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

const user = (text: string): object => ({ role: "user", content: text });
const WIRES = {
  "/v1/messages": (texts: readonly string[]) => ({
    messages: texts.map(user),
    tools: [{ name: "Bash" }],
    stream: true,
  }),
  "/v1/responses": (texts: readonly string[]) => ({
    input: texts.map(user),
    tools: [{ type: "function", name: "shell_command" }],
    stream: true,
  }),
  "/v1/chat/completions": (texts: readonly string[]) => ({
    messages: texts.map(user),
    tools: [{ type: "function", function: { name: "bash" } }],
    stream: true,
  }),
  "/v1beta/models/m:streamGenerateContent": (texts: readonly string[]) => ({
    contents: texts.map((text) => ({ role: "user", parts: [{ text }] })),
    tools: [{ functionDeclarations: [{ name: "run_shell_command" }] }],
  }),
};

const ask = (url: string, body: object): Promise<Response> =>
  fetch(url, { method: "POST", body: JSON.stringify(body) });

test.each(Object.entries(WIRES))("%s: words in, the asked play out", async (path, body) => {
  const { url, heard } = await api();
  const said = ["Good morning.\nplay: hello", "Now work.\nplay: shell date"];
  const answers = await Promise.all(
    [said.slice(0, 1), said].map((texts) => ask(url + path, body(texts)).then((one) => one.text())),
  );
  expect(answers.map((text) => /\bdate\b/.test(text))).toEqual([false, true]);
  expect(answers[0]).toContain("End of the answer.");
  const told = heard.map((one) => one.said).toSorted((a, b) => a.length - b.length);
  expect(told).toEqual([said.slice(0, 1), said]);
});

test.each(Object.entries(WIRES))("%s: a limit refuses until its end", async (path, body) => {
  const limiting = await api();
  const { url, heard } = limiting;
  limiting.limitUntil(Date.now() + 60_000);
  const refused = await ask(url + path, body(["Work."]));
  limiting.limitUntil(0);
  const answered = await ask(url + path, body(["Work."]));
  expect([refused.status, answered.status]).toEqual([429, 200]);
  expect(heard.map((one) => one.answered)).toEqual(["limited", "steps"]);
});

test("after a tool the same words end the turn", async () => {
  const { url } = await api();
  const { messages, tools, stream } = WIRES["/v1/messages"](["Work.\nplay: shell date"]);
  const result = { role: "user", content: [{ type: "tool_result", content: "done" }] };
  const body = { messages: [...messages, result], tools, stream };
  expect(await (await ask(`${url}/v1/messages`, body)).text()).toContain("end_turn");
});

test("a standing order answers what does not say itself", async () => {
  const { url } = await api();
  const body = WIRES["/v1/messages"](["Wait.\nplay: hello\nafterwards: shell date", "A ping."]);
  expect(await (await ask(`${url}/v1/messages`, body)).text()).toContain("tool_use");
});

test("words in a file that is named are heard as if they were said", async () => {
  const { url, heard } = await api();
  const dir = mkdtempSync(join(tmpdir(), "false-api-"));
  writeFileSync(join(dir, "kickoff.txt"), "Work.\nplay: shell date\n");
  const line = `Your full kickoff prompt is in the file ${join(dir, "kickoff.txt")} . Read it.`;
  const answer = await ask(`${url}/v1/messages`, WIRES["/v1/messages"]([line]));
  expect(await answer.text()).toContain("tool_use");
  expect(heard.map(({ said }) => said)).toEqual([[line]]);
  rmSync(dir, { recursive: true });
});

test("a request without tools is no part of the conversation", async () => {
  const { url, heard } = await api();
  const answer = await ask(`${url}/v1/messages`, { messages: [user("A title, please.")] });
  expect(await answer.text()).toContain("Rehearsal");
  expect(heard.map(({ aside }) => aside)).toEqual([true]);
});

test("nothing gets out through it", async () => {
  const { port, outside } = await api();
  const answer = await new Promise<string>((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.write("CONNECT example.invalid:443 HTTP/1.1\r\nHost: example.invalid\r\n\r\n");
    });
    socket.once("data", (data) => {
      socket.destroy();
      resolve(data.toString("utf8"));
    });
  });
  expect([answer.split("\r\n")[0], outside]).toEqual([
    "HTTP/1.1 403 Forbidden",
    ["example.invalid:443"],
  ]);
});
