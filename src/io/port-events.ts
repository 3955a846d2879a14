// What a program tells on its own port of the loopback as it happens: a stream of events (`data:` lines) that is held
// open while somebody wants to know and opened again where it broke. It keeps nothing: each record goes to whoever
// listens, and what happened while nobody did is not told again.

import { get, type ClientRequest } from "node:http";
import type { Instant } from "../core/types.ts";

/** Whoever did not want to know for so long is forgotten. */
const wantedMs = 120_000;
/** A program that begins takes a request and forgets it: it is asked again. */
const answerMs = 5_000;
/** Programs say now and then that they are there. Who is silent for longer is asked anew. */
const silentMs = 60_000;
/** A longer line is no record. */
const lineLength = 1024 * 1024;

export type Listener = {
  /** True where the record was news. */
  readonly hear: (record: unknown, at: Instant) => boolean;
  /** What was heard before may be over. */
  readonly broke: () => void;
};

export type PortEvents = {
  /** Whether somebody talks there now. */
  readonly listen: (port: number, path: string, listener: Listener) => boolean;
  readonly close: () => void;
};

export type EventsSpec = {
  readonly now: () => Instant;
  readonly news: (port: number) => void;
  /** How long until a broken stream is opened again. */
  readonly everyMs: number;
};

type Stream = {
  readonly port: number;
  readonly url: string;
  listener: Listener;
  wantedAt: number;
  request: ClientRequest | null;
  open: boolean;
};

export function openPortEvents({ now, news, everyMs }: EventsSpec): PortEvents {
  const streams = new Map<string, Stream>();
  let timer: NodeJS.Timeout | null = null;
  const close = (): void => {
    if (timer !== null) clearInterval(timer);
    timer = null;
    for (const { request } of streams.values()) request?.destroy();
    streams.clear();
  };
  const connect = (stream: Stream): void => {
    const take = linesOf((line) => {
      const record = recordOf(line);
      if (record !== undefined && stream.listener.hear(record, now())) news(stream.port);
    });
    const request = get(stream.url, (response) => {
      clearTimeout(late);
      stream.open = response.statusCode === 200;
      response.setEncoding("utf8");
      if (stream.open) response.on("data", take);
      else request.destroy();
    });
    const late = setTimeout(() => request.destroy(), answerMs).unref();
    stream.request = request;
    request.setTimeout(silentMs, () => request.destroy());
    request.on("error", () => request.destroy());
    request.on("close", () => {
      clearTimeout(late);
      stream.request = null;
      if (!stream.open) return;
      stream.open = false;
      stream.listener.broke();
      news(stream.port);
    });
  };
  const round = (): void => {
    for (const [url, stream] of streams) {
      if (now() - stream.wantedAt > wantedMs) {
        streams.delete(url);
        stream.request?.destroy();
      } else if (stream.request === null) connect(stream);
    }
    if (streams.size === 0) close();
  };
  return {
    close,
    listen: (port, path, listener) => {
      const url = `http://127.0.0.1:${port}${path}`;
      const known = streams.get(url);
      const first = { port, url, listener, wantedAt: now(), request: null, open: false };
      const stream = known ?? first;
      Object.assign(stream, { listener, wantedAt: now() });
      if (known === undefined) {
        streams.set(url, stream);
        connect(stream);
        timer ??= setInterval(round, everyMs).unref();
      }
      return stream.open;
    },
  };
}

/** Pieces in, whole lines out. */
function linesOf(each: (line: string) => void): (piece: string) => void {
  let rest = "";
  return (piece) => {
    const lines = `${rest}${piece}`.split("\n");
    rest = (lines.pop() ?? "").slice(0, lineLength);
    lines.forEach(each);
  };
}

/** Undefined where a line holds none. */
function recordOf(line: string): unknown {
  if (!line.startsWith("data:")) return undefined;
  try {
    return JSON.parse(line.slice("data:".length));
  } catch {
    return undefined;
  }
}
