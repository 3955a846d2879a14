// The false API as OpenAI's responses: the events of an answer.

import type { Call } from "./false-talk.ts";
import { openaiNo as no } from "./false-chat.ts";
import { event, fresh, SPENT, type Speech, type Voice } from "./false-voice.ts";

export const responses: Speech = { voice, inOnePiece, no };

function voice(model: string): Voice {
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

function inOnePiece(model: string, text: string): object {
  const content = [{ type: "output_text", text, annotations: [] }];
  const item = { id: fresh("msg"), type: "message", role: "assistant", content };
  return { id: fresh("resp"), object: "response", status: "completed", model, output: [item] };
}
