// The ready forms of notices: what each service wants to be sent, as data. A slot in braces is filled once, with text
// that is never read again; nothing of a service is known anywhere else.

import type { NoticeLevel, Sink } from "../config/config.ts";

export type Json = string | number | boolean | readonly Json[] | { readonly [name: string]: Json };

export type Form = {
  /** Slots: {url}, {root} and {topic} (the address up to its last word, and that word), {token}. */
  readonly url: string;
  /** Where the file names no address. */
  readonly usualUrl: string | null;
  /** Headers with a token in them are left out where there is none. */
  readonly headers: Readonly<Record<string, string>>;
  /** More slots: {title} {text} {id} {at} {kind} {level} {event} {subject} {fleet} {sink} {chat}. */
  readonly body: Json;
  /** Joined to the body. */
  readonly byLevel: Readonly<Record<NoticeLevel, { readonly [name: string]: Json }>>;
  /** Marks that the service would read as its own. */
  readonly escapes: Readonly<Record<string, string>>;
};

const BEARER = { authorization: "Bearer {token}" };
const ALIKE = { info: {}, warning: {}, alarm: {} };

export const FORMS: Readonly<Record<Exclude<Sink["to"], "command" | "desktop" | "bell">, Form>> = {
  webhook: {
    url: "{url}",
    usualUrl: null,
    headers: { ...BEARER, "idempotency-key": "{id}" },
    body: {
      schema: "agents.notice/1",
      id: "{id}",
      at: "{at}",
      kind: "{kind}",
      level: "{level}",
      fleet: "{fleet}",
      sink: "{sink}",
      event: "{event}",
      subject: "{subject}",
      title: "{title}",
      text: "{text}",
    },
    byLevel: ALIKE,
    escapes: {},
  },
  ntfy: {
    url: "{root}",
    usualUrl: null,
    headers: BEARER,
    body: { topic: "{topic}", title: "{title}", message: "{text}" },
    byLevel: {
      info: { priority: 3 },
      warning: { priority: 4, tags: ["warning"] },
      alarm: { priority: 5, tags: ["rotating_light"] },
    },
    escapes: {},
  },
  slack: {
    url: "{url}",
    usualUrl: null,
    headers: {},
    body: { text: "{title}\n{text}", mrkdwn: false, unfurl_links: false },
    byLevel: ALIKE,
    escapes: { "&": "&amp;", "<": "&lt;", ">": "&gt;" },
  },
  discord: {
    url: "{url}",
    usualUrl: null,
    headers: {},
    // Words of a screen must ring nobody, and open no preview.
    body: { content: "{title}\n{text}", allowed_mentions: { parse: [] }, flags: 4 },
    byLevel: ALIKE,
    escapes: {},
  },
  telegram: {
    url: "{url}/bot{token}/sendMessage",
    usualUrl: "https://api.telegram.org",
    headers: {},
    body: {
      chat_id: "{chat}",
      text: "{title}\n{text}",
      link_preview_options: { is_disabled: true },
    },
    byLevel: ALIKE,
    escapes: {},
  },
};
