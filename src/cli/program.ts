// argv and the table of verbs → a call, or help, or what was wrong with the words. Reads and writes
// nothing else; the doors of the verbs stay shut until one is chosen.

import { Command, CommanderError } from "commander";
import { didYouMean } from "../config/suggest.ts";
import { type Call, type ExitCode, type Outside, Refusal } from "./outside.ts";
import { groups, verbs } from "./verbs.ts";
import type { Verb } from "./verbs/verb.ts";

const LAST_WORDS = `
First steps: agents init · agents up · agents status · agents logs NAME
             agents down. More about a verb, with examples: agents VERB --help
Exit codes:  0 fine · 1 it did not succeed · 2 asked wrongly · 3 degraded
             4 no such thing · 5 configuration invalid · 6 already running
             or locked · 7 tmux missing or not answering · 8 timed out`;

/** Runs the verb that argv names. Wrong words become a Refusal. */
export async function program(outside: Outside, argv: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = 0;
  const root = new Command("agents")
    .description("Runs and supervises fleets of AI coding agents in tmux, from one agents.toml.")
    .version(outside.version, "-V, --version", "print the version")
    .option("--config <path>", "the configuration file (default: agents.toml here or above)")
    .usage("[--config <path>] VERB [words...]")
    .addHelpText("after", LAST_WORDS)
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .configureOutput({ writeOut: outside.stdout.write, writeErr: () => undefined })
    .exitOverride();
  for (const group of groups) {
    root.commandsGroup(`${group.heading}:`);
    for (const verb of group.verbs) {
      const chosen = async (call: Call): Promise<void> => {
        code = await (await verb.code())(call);
      };
      addVerb(root, verb, { outside, chosen });
    }
  }
  root.helpCommand("help [verb]", "what a verb does, with examples");
  try {
    if (argv.length === 0) root.outputHelp();
    else await root.parseAsync([...argv], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return refusal(error, argv);
    throw error;
  }
}

type Chosen = { readonly outside: Outside; readonly chosen: (call: Call) => Promise<void> };

function addVerb(root: Command, verb: Verb, { outside, chosen }: Chosen): void {
  const command = root
    .command(`${verb.name} ${verb.args}`.trim(), { hidden: verb.hidden === true })
    .description(verb.about)
    .option("--config <path>", "the configuration file (default: agents.toml here or above)")
    .addHelpText("after", `\nExamples:\n${verb.examples.map((one) => `  ${one}`).join("\n")}`)
    .allowExcessArguments(false)
    .exitOverride();
  for (const { flags, about, many } of verb.flags) {
    if (many === true) command.option(flags, about, asLines);
    else command.option(flags, about);
  }
  command.action(async () => {
    const options = { ...root.opts(), ...command.opts() };
    await chosen({ outside, args: command.args, options });
  });
}

function asLines(value: string, before: string | undefined): string {
  return before === undefined ? value : `${before}\n${value}`;
}

function refusal(error: CommanderError, argv: readonly string[]): ExitCode {
  if (error.exitCode === 0) return 0;
  const words =
    error.message
      .replace(/^error: /, "")
      .split("\n", 1)[0]
      ?.replace(/\.$/, "") ?? "";
  const asked = argv.find((word) => !word.startsWith("-")) ?? "";
  const names = verbs.filter((verb) => verb.hidden !== true).map((verb) => verb.name);
  const meant = error.code === "commander.unknownCommand" ? didYouMean(asked, names) : "";
  const help = names.includes(asked) ? `agents ${asked} --help` : "agents --help";
  const end = meant === "" ? "." : "";
  throw new Refusal(2, `${words}${meant}${end} See \`${help}\`.`);
}
