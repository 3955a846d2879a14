// A false model behind real coding agents: one server on 127.0.0.1 that speaks their four wires, remembers every
// word it was told and by whom, and lets nothing out: what asks for another host is written down and refused.

import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { answerTo, type Step, type Talk, type Trouble } from "./false-talk.ts";
import { SPEECH, talkOf, wireOf, type Body } from "./false-wires.ts";

const PING_MS = 1_000;
/** Where a limit says no instant of its own. */
const LIMIT_MS = 3_600_000;

export type Heard = {
  readonly at: number;
  /** Beside a conversation: a title, a summary, a choice of model. */
  readonly aside: boolean;
  readonly key: string;
  /** Everything that the user said in this conversation so far, part by part. */
  readonly said: readonly string[];
  readonly answered: "steps" | Trouble;
};

export type FalseApi = {
  readonly port: number;
  readonly url: string;
  readonly heard: readonly Heard[];
  /** Hosts that something wanted to reach through us. */
  readonly outside: readonly string[];
  /** How a text is answered that does not say. */
  otherwise(play: string): void;
  /** Every request is refused until then. */
  limitUntil(at: number): void;
  close(): Promise<void>;
};

type State = {
  readonly heard: Heard[];
  readonly outside: string[];
  otherwise: string;
  limitedUntil: number;
};

export async function openFalseApi(): Promise<FalseApi> {
  const state: State = { heard: [], outside: [], otherwise: "hello", limitedUntil: 0 };
  const server = createServer((request, response) => {
    void serve(state, request, response).catch(() => response.destroy());
  });
  const connections = new Set<Socket>();
  server.on("connection", (socket) => {
    connections.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => connections.delete(socket));
  });
  // Some take every connection through the proxy that they are told of, also the one to us.
  server.on("connect", ({ url = "" }, socket) => {
    if (url === `127.0.0.1:${portOf(server.address())}`) {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      server.emit("connection", socket);
      return;
    }
    state.outside.push(url);
    socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
  });
  server.on("upgrade", (_request, socket) => {
    socket.end("HTTP/1.1 426 Upgrade Required\r\nConnection: close\r\n\r\n");
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(portOf(server.address())));
  });
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    heard: state.heard,
    outside: state.outside,
    otherwise: (play) => void (state.otherwise = play),
    limitUntil: (at) => void (state.limitedUntil = at),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of connections) socket.destroy();
      }),
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("the false API has no port");
  return address.port;
}

async function serve(
  state: State,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { url: asked = "/", method } = request;
  const here = `http://127.0.0.1:${request.socket.localPort ?? 0}`;
  const url = asked.startsWith(`${here}/`) ? asked.slice(here.length) : asked;
  const body = bodyOf(await textOf(request));
  if (!url.startsWith("/")) {
    state.outside.push(url);
    return send(response, 403, { error: { message: "this goes nowhere" } });
  }
  const wire = method === "POST" ? wireOf(url) : null;
  if (wire === null) return elsewhere(response, url);
  const talk = talkOf(wire, url, body);
  const now = Date.now();
  const aside = talk.tools.length === 0;
  // A day's quota is a model's own, and the small one that chooses among them goes on.
  const limited = now < state.limitedUntil && !(wire === "generate" && aside);
  const answer = limited
    ? ({ is: "trouble", trouble: "limited" } as const)
    : answerTo(withFiles(talk), state.otherwise);
  state.heard.push({
    at: now,
    aside,
    key: keyOf(request),
    said: talk.turns.filter(({ by }) => by !== "model").flatMap(({ parts }) => parts),
    answered: answer.is === "steps" ? "steps" : answer.trouble,
  });
  if (answer.is === "steps") return perform(response, talk, answer.steps);
  const until = limited ? state.limitedUntil : now + LIMIT_MS;
  const left = Math.ceil((until - now) / 1000);
  const refused = SPEECH[wire].no(answer.trouble, { reset: Math.floor(until / 1000), left });
  return send(response, refused.status, refused.body, refused.headers);
}

/** A coding agent that is told in which file its words are would read them with a tool of its own. */
function withFiles(talk: Talk): Talk {
  const turns = talk.turns.map((turn) => ({
    ...turn,
    parts: turn.parts.flatMap((part) => {
      const path = /prompt is in the file (\S+) \./.exec(part)?.[1];
      return path === undefined ? [part] : [part, textIn(path)];
    }),
  }));
  return { ...talk, turns };
}

function textIn(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** What they ask for besides answers: how long a text is, which models there are. */
function elsewhere(response: ServerResponse, url: string): void {
  if (/count_?tokens/i.test(url)) return send(response, 200, { input_tokens: 9, totalTokens: 9 });
  if (url.includes("/models"))
    return send(response, 200, { object: "list", data: [], models: [], has_more: false });
  return send(response, 404, { error: { type: "not_found_error", message: "no such route" } });
}

async function perform(
  response: ServerResponse,
  talk: Talk,
  steps: readonly Step[],
): Promise<void> {
  if (!talk.streamed) {
    const text = steps.map((step) => (step.is === "text" ? step.text : "")).join("");
    return send(response, 200, SPEECH[talk.wire].inOnePiece(talk.model, text));
  }
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  const says = SPEECH[talk.wire].voice(talk.model);
  response.write(says.begin());
  for (const step of steps) {
    if (response.destroyed) return;
    switch (step.is) {
      case "pause":
        await pause(response, step.ms, () => says.ping());
        break;
      case "cut":
        response.destroy();
        return;
      case "think":
      case "text":
      case "call":
        response.write(says.step(step));
    }
  }
  response.end(says.end());
}

async function pause(response: ServerResponse, ms: number, ping: () => string): Promise<void> {
  const end = performance.now() + ms;
  for (let left = ms; left > 0 && !response.destroyed; left = end - performance.now()) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(left, PING_MS)));
    const sign = ping();
    if (sign !== "") response.write(sign);
  }
}

function send(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

function bodyOf(text: string): Body {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

function keyOf({ headers }: IncomingMessage): string {
  const named = headers["x-api-key"] ?? headers["x-goog-api-key"] ?? headers.authorization ?? "";
  return String(named).replace(/^Bearer /, "");
}
