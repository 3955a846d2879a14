// What a key means where nobody wrote it: the reference's values for its keys, and ours for the new ones.
// Written as in the file, so that the manual prints them, and read by the same schema.

import * as z from "zod";
import { Restart, Wake } from "./schema-agent.ts";
import { Handoff } from "./schema-loop.ts";
import { EVENTS } from "./schema-notify.ts";
import {
  Agent,
  Backend,
  Budget,
  Job,
  Loop,
  Notify,
  Pipeline,
  Route,
  Step,
  Tasks,
  Tmux,
  Watchdog,
} from "./schema.ts";

/** By table, as a user would write them. */
export const WRITTEN = {
  watchdog: {
    signal_interval: 30,
    heavy_interval: 300,
    stall_grace: 180,
    limit_probe_fallback: 300,
    limit_reset_slack: 45,
    heartbeat_interval: 60,
  },
  tmux: { width: 200, height: 50, history_limit: 3000 },
  backend: {
    prompt_delivery: "arg",
    submit_key: "Enter",
    footer_ui: false,
    log_grace: 180,
    stall_idle: 300,
    flags: "",
    prompt_flag: "",
    model_flag: "--model '{model}'",
    supports_resume: false,
    resume_flag: "--resume '{id}'",
    session_flag: "",
    resume: false,
    remote_control: false,
    remote_control_flag: "--remote-control '{session}'",
    preamble: "",
    attach: "{bin}",
    server: "",
    model_env: false,
    connect_delay: 12,
  },
  agent: {
    kind: "persistent",
    model: "",
    enabled: true,
    watch: "none",
    prompt: "",
    spare: ["tmux", "ssh-agent", "gpg-agent", "dockerd", "containerd"],
  },
  restart: { first: "10s", max: "15m", starts: 5, within: "30m", healthy: "10m" },
  wake: { interval: 3600 },
  loop: {
    phases: [],
    auto_advance: true,
    resume_phase: true,
    roles_dir: "prompts",
    done_marker: "## DONE",
  },
  handoff: {
    branch: "main",
    state_subdir: "machine-docs",
    claim_pattern: "^claim",
    review_pattern: "^review",
    claim_pings: "adversary",
    review_pings: "builder",
    inboxes: [],
    rules: [],
  },
  notify: { level: "info", events: EVENTS, rate: 20, remind: "1h" },
  tasks: {
    remote: "origin",
    target: "main",
    check_timeout: "15m",
    max: 3,
    stagger: "5s",
    merge: "none",
    pipeline: "default",
    attempts: 2,
    overlap: "wait",
    keep_for: "30d",
    keep: 200,
  },
  pipeline: { rounds: 3 },
  job: { missed: "once", timeout: "15m" },
  step: {
    role: "implementer",
    timeout: "2h",
    retries: 0,
    backoff: "30s",
    on_failure: "stop",
    visits: 5,
  },
  budget: { warn: 80, at_limit: "hold" },
  route: {
    complexities: ["simple", "medium", "complex"],
    classifier_timeout: "1m",
    fallback_after: "10m",
  },
} as const;

export const NUDGES = 2;

export const FILLED = {
  watchdog: filled(Watchdog, WRITTEN.watchdog),
  tmux: filled(Tmux, WRITTEN.tmux),
  backend: filled(Backend, WRITTEN.backend),
  agent: filled(Agent, WRITTEN.agent),
  restart: filled(Restart, WRITTEN.restart),
  wake: filled(Wake, WRITTEN.wake),
  loop: filled(Loop, WRITTEN.loop),
  handoff: filled(Handoff, WRITTEN.handoff),
  notify: filled(Notify, WRITTEN.notify),
  tasks: filled(Tasks, WRITTEN.tasks),
  pipeline: filled(Pipeline, WRITTEN.pipeline),
  job: filled(Job, WRITTEN.job),
  step: filled(Step, WRITTEN.step),
  route: filled(Route, WRITTEN.route),
  budget: filled(Budget, WRITTEN.budget),
};

type Filled<S extends z.ZodObject, K> = Required<Pick<z.output<S>, K & keyof z.output<S>>>;

/** The same values as the schema reads them; the type says that each of them is there. */
function filled<S extends z.ZodObject, W extends object>(
  schema: S,
  written: W,
): Filled<S, keyof W> {
  return schema.partial().parse(written) as Filled<S, keyof W>;
}
