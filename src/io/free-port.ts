// A port of the loopback that nobody listens on now. Somebody may take it before it is used: whoever was given it
// then fails at its start and is started again with another.

import { createServer } from "node:net";
import type { Result } from "../engine/ports.ts";

export function freePort(): Promise<Result<number>> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error) => {
      resolve({ ok: false, failure: `no free port: ${error.message}` });
    });
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        if (typeof address === "object" && address !== null)
          resolve({ ok: true, value: address.port });
        else resolve({ ok: false, failure: "no free port" });
      });
    });
  });
}
