// The four wires that coding agents talk to their models over: a request read into a Talk, the steps of an answer
// written as the events each of them expects, and their ways of saying no.

import type { Call, Step, Talk, Trouble, Turn, Wire } from "./false-talk.ts";

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

// ---- answers ----

export type Voice = {
  begin(): string;
  step(step: Extract<Step, { is: "think" | "text" | "call" }>): string;
  /** Keeps a silent connection alive. */
  ping(): string;
  end(): string;
};

let serial = 0;
const fresh = (prefix: string): string => `${prefix}_${(serial += 1)}`;
/** Tokens that every request is said to have cost. */
const SPENT = 1000;

export function voice({ wire, model }: Talk): Voice {
  switch (wire) {
    case "messages":
      return messages(model);
    case "responses":
      return responses(model);
    case "chat":
      return chat(model);
    case "generate":
      return generate(model);
  }
}

const event = (type: string, fields: object): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
const datum = (fields: object): string => `data: ${JSON.stringify(fields)}\n\n`;

function messages(model: string): Voice {
  let index = -1;
  let open: Step["is"] | null = null;
  let called = false;
  const usage = { input_tokens: SPENT, output_tokens: 9 };
  const close = (): string => {
    const text = open === null ? "" : event("content_block_stop", { index });
    open = null;
    return text;
  };
  const block = (is: Step["is"], content_block: object): string => {
    if (open === is && is !== "call") return "";
    const closed = close();
    index += 1;
    open = is;
    return closed + event("content_block_start", { index, content_block });
  };
  const delta = (fields: object): string => event("content_block_delta", { index, delta: fields });
  return {
    begin: () => {
      const about = { id: fresh("msg"), type: "message", role: "assistant", model, content: [] };
      return event("message_start", { message: { ...about, stop_reason: null, usage } });
    },
    ping: () => event("ping", {}),
    step: (step) => {
      switch (step.is) {
        case "think":
          return (
            block("think", { type: "thinking", thinking: "", signature: "" }) +
            delta({ type: "thinking_delta", thinking: step.text })
          );
        case "text":
          return (
            block("text", { type: "text", text: "" }) +
            delta({ type: "text_delta", text: step.text })
          );
        case "call": {
          called = true;
          const { name, input } = step.call;
          const begun = block("call", { type: "tool_use", id: fresh("toolu"), name, input: {} });
          return begun + delta({ type: "input_json_delta", partial_json: JSON.stringify(input) });
        }
      }
    },
    end: () => {
      const ended = { stop_reason: called ? "tool_use" : "end_turn", stop_sequence: null };
      return close() + event("message_delta", { delta: ended, usage }) + event("message_stop", {});
    },
  };
}

function responses(model: string): Voice {
  const id = fresh("resp");
  const output: object[] = [];
  let sequence_number = 0;
  let open: { readonly is: "text" | "think"; readonly id: string; text: string } | null = null;
  const say = (type: string, fields: object): string => {
    sequence_number += 1;
    return event(type, { sequence_number, ...fields });
  };
  const whole = (status: string, more: object): object => ({
    response: { id, object: "response", created_at: 1, status, model, output, ...more },
  });
  const done = (item: object): string => {
    const said = say("response.output_item.done", { output_index: output.length, item });
    output.push(item);
    return said;
  };
  const itemOf = (is: "text" | "think", itemId: string, text: string | null): object =>
    is === "text"
      ? {
          id: itemId,
          type: "message",
          role: "assistant",
          status: text === null ? "in_progress" : "completed",
          content: text === null ? [] : [{ type: "output_text", text, annotations: [] }],
        }
      : {
          id: itemId,
          type: "reasoning",
          summary: text === null ? [] : [{ type: "summary_text", text }],
        };
  const close = (): string => {
    const closed = open === null ? "" : done(itemOf(open.is, open.id, open.text));
    open = null;
    return closed;
  };
  const write = (is: "text" | "think", text: string): string => {
    let said = "";
    if (open?.is !== is) {
      said += close();
      open = { is, id: fresh(is === "text" ? "msg" : "rs"), text: "" };
      const at = { output_index: output.length };
      said += say("response.output_item.added", { ...at, item: itemOf(is, open.id, null) });
      said +=
        is === "text"
          ? say("response.content_part.added", {
              ...at,
              item_id: open.id,
              content_index: 0,
              part: { type: "output_text", text: "", annotations: [] },
            })
          : say("response.reasoning_summary_part.added", {
              ...at,
              item_id: open.id,
              summary_index: 0,
              part: { type: "summary_text", text: "" },
            });
    }
    open.text += text;
    const at = { item_id: open.id, output_index: output.length, delta: text };
    return (
      said +
      (is === "text"
        ? say("response.output_text.delta", { ...at, content_index: 0 })
        : say("response.reasoning_summary_text.delta", { ...at, summary_index: 0 }))
    );
  };
  const call = ({ name, input }: Call): string => {
    const item = {
      id: fresh("fc"),
      type: "function_call",
      status: "completed",
      call_id: fresh("call"),
      name,
      arguments: JSON.stringify(input),
    };
    const added = { output_index: output.length, item: { ...item, arguments: "" } };
    return close() + say("response.output_item.added", added) + done(item);
  };
  return {
    begin: () => say("response.created", whole("in_progress", {})),
    ping: () => ": still there\n\n",
    step: (step) => (step.is === "call" ? call(step.call) : write(step.is, step.text)),
    end: () => {
      const usage = {
        input_tokens: SPENT,
        input_tokens_details: { cached_tokens: 0 },
        output_tokens: 9,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: SPENT + 9,
      };
      return close() + say("response.completed", whole("completed", { usage }));
    },
  };
}

function chat(model: string): Voice {
  const id = fresh("chatcmpl");
  let called = false;
  const chunk = (delta: object, finish_reason: string | null, more: object = {}): string =>
    datum({
      id,
      object: "chat.completion.chunk",
      created: 1,
      model,
      choices: [{ index: 0, delta, finish_reason }],
      ...more,
    });
  return {
    begin: () => chunk({ role: "assistant", content: "" }, null),
    ping: () => ": still there\n\n",
    step: (step) => {
      switch (step.is) {
        case "think":
          return chunk({ reasoning_content: step.text }, null);
        case "text":
          return chunk({ content: step.text }, null);
        case "call": {
          called = true;
          const { name, input } = step.call;
          const written = { name, arguments: JSON.stringify(input) };
          const tool = { index: 0, id: fresh("call"), type: "function", function: written };
          return chunk({ tool_calls: [tool] }, null);
        }
      }
    },
    end: () => {
      const usage = { prompt_tokens: SPENT, completion_tokens: 9, total_tokens: SPENT + 9 };
      return `${chunk({}, called ? "tool_calls" : "stop", { usage })}data: [DONE]\n\n`;
    },
  };
}

function generate(model: string): Voice {
  const say = (parts: readonly object[], more: object = {}): string => {
    const spent = { promptTokenCount: SPENT, candidatesTokenCount: 9 };
    const usageMetadata = { ...spent, totalTokenCount: SPENT + 9 };
    const candidates = [{ index: 0, content: { role: "model", parts }, ...more }];
    return `data: ${JSON.stringify({ candidates, modelVersion: model, usageMetadata })}\r\n\r\n`;
  };
  return {
    begin: () => "",
    ping: () => "",
    step: (step) => {
      switch (step.is) {
        case "think":
          return say([{ text: `**Thinking** ${step.text}`, thought: true }]);
        case "text":
          return say([{ text: step.text }]);
        case "call":
          return say([{ functionCall: { name: step.call.name, args: step.call.input } }]);
      }
    },
    end: () => say([{ text: "" }], { finishReason: "STOP" }),
  };
}

/** The same answer in one piece: only requests beside the conversation ask for that. */
export function inOnePiece({ wire, model }: Talk, text: string): object {
  switch (wire) {
    case "messages": {
      const usage = { input_tokens: SPENT, output_tokens: 9 };
      const content = [{ type: "text", text }];
      const about = { id: fresh("msg"), type: "message", role: "assistant", model };
      return { ...about, content, stop_reason: "end_turn", stop_sequence: null, usage };
    }
    case "responses": {
      const content = [{ type: "output_text", text, annotations: [] }];
      const item = { id: fresh("msg"), type: "message", role: "assistant", content };
      return { id: fresh("resp"), object: "response", status: "completed", model, output: [item] };
    }
    case "chat": {
      const message = { role: "assistant", content: text };
      const choices = [{ index: 0, finish_reason: "stop", message }];
      return { id: fresh("chatcmpl"), object: "chat.completion", created: 1, model, choices };
    }
    case "generate": {
      const content = { role: "model", parts: [{ text }] };
      return { candidates: [{ index: 0, finishReason: "STOP", content }], modelVersion: model };
    }
  }
}

export type No = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
};

/** `reset`: seconds since 1970 at which the limit ends; `left`: seconds until then. */
export type Reset = { readonly reset: number; readonly left: number };

export function no(wire: Wire, trouble: Trouble, at: Reset): No {
  switch (wire) {
    case "messages":
      return anthropicNo(trouble, at);
    case "generate":
      return googleNo(trouble, at);
    case "responses":
    case "chat":
      return openaiNo(trouble, at);
  }
}

function anthropicNo(trouble: Trouble, { reset, left }: Reset): No {
  const made = (status: number, type: string, message: string, headers = {}): No => ({
    status,
    headers: { "request-id": fresh("req"), ...headers },
    body: { type: "error", error: { type, message } },
  });
  const prefix = "anthropic-ratelimit-unified";
  switch (trouble) {
    case "limited":
      return made(429, "rate_limit_error", "This request would exceed the rate limit.", {
        [`${prefix}-status`]: "rejected",
        [`${prefix}-reset`]: String(reset),
        [`${prefix}-representative-claim`]: "five_hour",
        [`${prefix}-5h-status`]: "rejected",
        [`${prefix}-5h-reset`]: String(reset),
        [`${prefix}-5h-utilization`]: "1.0",
        [`${prefix}-overage-status`]: "rejected",
        [`${prefix}-overage-disabled-reason`]: "org_level_disabled",
        "retry-after": String(left),
      });
    case "overloaded":
      return made(529, "overloaded_error", "Overloaded");
    case "auth":
      return made(401, "authentication_error", "invalid x-api-key");
    case "context":
      return made(
        400,
        "invalid_request_error",
        "prompt is too long: 250000 tokens > 200000 maximum",
      );
    case "model":
      return made(404, "not_found_error", "model: none-such");
    case "broken":
      return made(500, "api_error", "Internal server error");
  }
}

function openaiNo(trouble: Trouble, { reset, left }: Reset): No {
  const made = (status: number, type: string, message: string): No => ({
    status,
    headers: {},
    body: { error: { message, type, code: type, param: null } },
  });
  switch (trouble) {
    case "limited": {
      const type = "usage_limit_reached";
      const until = { plan_type: "plus", resets_at: reset, resets_in_seconds: left };
      return {
        status: 429,
        headers: {
          "x-codex-primary-used-percent": "100",
          "x-codex-primary-window-minutes": "300",
          "x-codex-primary-reset-at": String(reset),
          "retry-after": String(left),
        },
        body: {
          error: { message: "The usage limit has been reached", type, code: type, ...until },
        },
      };
    }
    case "overloaded":
      return made(503, "server_is_overloaded", "Overloaded");
    case "auth":
      return made(401, "invalid_api_key", "Incorrect API key provided.");
    case "context":
      return made(400, "context_length_exceeded", "Your input exceeds the context window.");
    case "model":
      return made(404, "model_not_found", "model: none-such");
    case "broken":
      return made(500, "server_error", "Internal server error");
  }
}

function googleNo(trouble: Trouble, { left }: Reset): No {
  const made = (code: number, status: string, message: string, more = {}): No => ({
    status: code,
    headers: {},
    body: { error: { code, message, status, ...more } },
  });
  const type = "type.googleapis.com/google.rpc";
  switch (trouble) {
    case "limited":
      return made(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota.", {
        details: [
          {
            "@type": `${type}.QuotaFailure`,
            violations: [
              {
                quotaMetric:
                  "generativelanguage.googleapis.com/generate_requests_per_model_per_day",
                quotaId: "GenerateRequestsPerDayPerProjectPerModel",
                quotaValue: "100",
              },
            ],
          },
          { "@type": `${type}.RetryInfo`, retryDelay: `${left}s` },
        ],
      });
    case "overloaded":
      return made(503, "UNAVAILABLE", "The model is overloaded.");
    case "auth":
      return made(401, "UNAUTHENTICATED", "API key not valid. Please pass a valid API key.");
    case "context":
      return made(
        400,
        "INVALID_ARGUMENT",
        "The input token count exceeds the maximum number of tokens allowed.",
      );
    case "model":
      return made(404, "NOT_FOUND", "model: none-such");
    case "broken":
      return made(500, "INTERNAL", "Internal server error");
  }
}
