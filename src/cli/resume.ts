// `agents resume [name…]`: what `agents pause` left alone is looked after again.

import type { Call, ExitCode } from "./outside.ts";
import { say } from "./pause.ts";

export function resume(call: Call): Promise<ExitCode> {
  return say(call, "resume");
}
