// The false API as Anthropic's messages: the events of an answer, and its ways of saying no.

import type { Step, Trouble } from "./false-talk.ts";
import {
  event,
  fresh,
  SPENT,
  type No,
  type Reset,
  type Speech,
  type Voice,
} from "./false-voice.ts";

export const messages: Speech = { voice, inOnePiece, no };

function voice(model: string): Voice {
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

function inOnePiece(model: string, text: string): object {
  const usage = { input_tokens: SPENT, output_tokens: 9 };
  const content = [{ type: "text", text }];
  const about = { id: fresh("msg"), type: "message", role: "assistant", model };
  return { ...about, content, stop_reason: "end_turn", stop_sequence: null, usage };
}

function no(trouble: Trouble, { reset, left }: Reset): No {
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
