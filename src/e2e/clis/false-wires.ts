// The four wires that coding agents talk to their models over: a request read into a Talk, and how each wire answers.

import { chat } from "./false-chat.ts";
import { generate } from "./false-generate.ts";
import { messages } from "./false-messages.ts";
import { responses } from "./false-responses.ts";
import type { Talk, Turn, Wire } from "./false-talk.ts";
import type { Speech } from "./false-voice.ts";

export const SPEECH: Readonly<Record<Wire, Speech>> = { messages, responses, chat, generate };

type Part = {
  readonly type?: string;
  readonly text?: string;
  readonly functionResponse?: unknown;
};
type Item = {
  readonly role?: string;
  readonly type?: string;
  readonly content?: string | readonly Part[];
  readonly parts?: readonly Part[];
};
type Tool = {
  readonly name?: string;
  readonly type?: string;
  readonly function?: { readonly name?: string };
  readonly functionDeclarations?: readonly { readonly name: string }[];
};
export type Body = {
  readonly model?: string;
  readonly stream?: boolean;
  readonly messages?: readonly Item[];
  readonly input?: string | readonly Item[];
  readonly contents?: readonly Item[];
  readonly tools?: readonly Tool[];
};

export function wireOf(path: string): Wire | null {
  if (/\/messages(?:\?|$)/.test(path)) return "messages";
  if (/\/responses(?:\/compact)?(?:\?|$)/.test(path)) return "responses";
  if (path.includes("/chat/completions")) return "chat";
  return /:(?:stream)?generateContent/i.test(path) ? "generate" : null;
}

export function talkOf(wire: Wire, path: string, body: Body): Talk {
  const items = body.messages ?? body.contents ?? body.input ?? [];
  const all = typeof items === "string" ? [{ role: "user", content: items }] : items;
  return {
    wire,
    model: body.model ?? /models\/([^:]+)/.exec(path)?.[1] ?? "none",
    turns: all.map(turnOf),
    tools: (body.tools ?? []).flatMap(namesOf),
    streamed: wire === "generate" ? path.includes("stream") : body.stream === true,
  };
}

function turnOf(item: Item): Turn {
  const { role, type = "", content = item.parts ?? [] } = item;
  const parts = typeof content === "string" ? [{ text: content }] : content;
  const tool =
    role === "tool" ||
    type.endsWith("_output") ||
    parts.some((part) => part.type === "tool_result" || part.functionResponse !== undefined);
  const texts = parts.flatMap(({ text }) => (text === undefined ? [] : [text]));
  return { by: tool ? "tool" : role === "user" ? "user" : "model", parts: texts };
}

function namesOf(tool: Tool): readonly string[] {
  if (tool.functionDeclarations !== undefined)
    return tool.functionDeclarations.map(({ name }) => name);
  return [tool.name ?? tool.function?.name ?? tool.type ?? ""];
}
