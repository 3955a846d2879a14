// Where the output of a session's pane is kept. A path and nothing else.

import type { Config } from "../config/config.ts";

export function logOf({ logDir }: Pick<Config, "logDir">, session: string): string {
  return `${logDir}/${session}.log`;
}
