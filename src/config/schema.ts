// agents.toml as one tree of tables and keys. Types, help, README tables and the editors' schema come
// from here; defaults stand in defaults.ts, so that layers can be laid over each other before they apply.

import * as z from "zod";
import { Agent, Defaults, Service } from "./schema-agent.ts";
import { Backend } from "./schema-backend.ts";
import { Budget, PriceTable } from "./schema-budget.ts";
import { Job } from "./schema-job.ts";
import { Loop } from "./schema-loop.ts";
import { Notify, url, urlEnv } from "./schema-notify.ts";
import { Route } from "./schema-route.ts";
import { Pipeline, Step, Tasks } from "./schema-task.ts";
import { duration, key, text, wait } from "./words.ts";

export const Watchdog = z.strictObject({
  signal_interval: key(wait, "The longest gap between two looks at everything."),
  heavy_interval: key(wait, "The longest gap between two checks of the phase."),
  stall_grace: key(duration, "How long something overdue is still waited for."),
  limit_probe_fallback: key(wait, "How often to ask again after a limit that names no time."),
  limit_reset_slack: key(duration, "How long to wait beyond the time that a limit names."),
  heartbeat_url: key(
    url,
    "An address that is fetched while the watchdog looks, and no more when it does not: a dead man's switch.",
    '"https://hc.example.org/ping/my-fleet"',
  ),
  heartbeat_url_env: key(urlEnv, "The variable that holds that address, where it is a secret."),
  heartbeat_file: key(
    text.min(1, "must not be empty"),
    "A file that is written while the watchdog looks: its age tells how long nobody did.",
    '".agents/heartbeat"',
  ),
  heartbeat_interval: key(wait, "How often, at most."),
});

export const Tmux = z.strictObject({
  socket: key(
    z.string().regex(/^[^/\0]{1,80}$/, "must be a name without slashes"),
    'The server: a name for `tmux -L`, or "default". Default: one of the project\'s own.',
    '"default"',
  ),
  width: key(z.int().min(20).max(1000), "Columns of a session that nobody is attached to."),
  height: key(z.int().min(10).max(1000), "Rows of a session that nobody is attached to."),
  history_limit: key(z.int().min(0).max(1_000_000), "Lines of history that each pane keeps."),
});

export const AgentsToml = z.strictObject({
  defaults: Defaults.meta({
    description:
      "The fleet as a whole, and any key of [[agent]] for the agents that do not say it.",
  }),
  watchdog: key(Watchdog, "How often the watchdog looks, and how patient it is."),
  tmux: key(Tmux, "The tmux server."),
  backend: key(z.record(z.string(), Backend), "How to start and read a program, by name."),
  agent: key(z.array(Agent), "The agents."),
  service: key(z.array(Service), "Plain commands that agents need."),
  loop: key(
    z.union([Loop, z.array(Loop)], { error: "must be a table [loop] or tables [[loop]]" }),
    "Agents that work through phases together: one table, or several with names.",
  ),
  notify: key(
    z.array(Notify),
    "Who is told when something stopped that will not move without a person.",
  ),
  tasks: key(Tasks, "Work that ends: a queue of tasks, each done in a worktree of its own."),
  pipeline: key(z.array(Pipeline), "The steps that a task walks through."),
  route: key(Route, "Which backend and model do which task's work, and who takes over."),
  budget: key(
    Budget,
    "How much may be used: dollars, tokens or turns. What tells nothing is unmetered.",
  ),
  price: key(
    z.record(z.string(), PriceTable),
    "What a model costs, by name, where its program does not say: with * at the end for all names that begin so.",
  ),
  job: key(z.array(Job), "What is begun by the clock: a task, a text to an agent, or a command."),
});

export type RawBackend = z.output<typeof Backend>;
export type RawBudget = z.output<typeof Budget>;
export type RawPrice = z.output<typeof PriceTable>;
export type RawAgent = z.output<typeof Agent>;
export type RawService = z.output<typeof Service>;
export type RawDefaults = z.output<typeof Defaults>;
export type RawLoop = z.output<typeof Loop>;
export type RawNotify = z.output<typeof Notify>;
export type RawTasks = z.output<typeof Tasks>;
export type RawPipeline = z.output<typeof Pipeline>;
export type RawStep = z.output<typeof Step>;
export type RawJob = z.output<typeof Job>;
export type RawRoute = z.output<typeof Route>;
export type RawWatchdog = z.output<typeof Watchdog>;
export type RawRestart = NonNullable<RawAgent["restart"]>;

export {
  Agent,
  Backend,
  Budget,
  Defaults,
  Job,
  Loop,
  Notify,
  Pipeline,
  PriceTable,
  Route,
  Service,
  Step,
  Tasks,
};
