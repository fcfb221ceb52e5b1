/**
 * The flags of the examples.
 */
import { Command, CommanderError } from 'commander';
import { ConfigError, isTangentError } from 'tangentlab';

/** What a user may set from outside. */
export interface Flags {
  readonly seed: number;
  readonly trials: number;
  /** Names; `pickNamed` answers unknown ones with the known ones. */
  readonly search: string;
  readonly backend: string;
}

/**
 * The flags in `argv`; `--help` prints them and ends the process.
 *
 * *Throws* ConfigError CONFIG_INVALID, naming the flag, before anything runs.
 */
export function readFlags(argv: readonly string[], defaults: Flags): Flags {
  const command = new Command('npm start --')
    .description("The seed document's random search (sections 4 and 5), live, on its own data.")
    .option('--seed <integer>', 'where all randomness comes from', integer('--seed', 0), defaults.seed)
    .option('--trials <integer>', 'how many combinations to try', integer('--trials', 1), defaults.trials)
    .option('--search <name>', 'search strategy: random, grid', defaults.search)
    .option('--backend <name>', 'matrix core: reference (plain TypeScript), gpu (gpu.js)', defaults.backend)
    .helpOption('--help', 'print this and stop')
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  try {
    return command.parse([...argv], { from: 'user' }).opts<Flags>();
  } catch (error) {
    if (isTangentError(error) || !(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed') process.exit(0);
    throw new ConfigError('CONFIG_INVALID', {
      where: 'command line',
      expected: error.message.replace(/^error: /, '').replace(/\.$/, ''),
      todo: `the flags are: ${command.options.map(({ long }) => long).join(', ')}; see --help`,
      cause: error,
    });
  }
}

function integer(flag: string, least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^-?\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
    throw new ConfigError('CONFIG_INVALID', {
      where: flag,
      expected: `an integer of at least ${least} is needed`,
      got: JSON.stringify(text),
      todo: `write for instance ${flag} ${Math.max(least, 10)}`,
    });
  };
}
