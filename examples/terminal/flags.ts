/**
 * The flags of the examples: what the command line says replaces what the example's record says, and nothing else.
 */
import { Command, CommanderError } from 'commander';
import {
  type AnyProvider,
  ConfigError,
  type Experiment,
  isTangentError,
  type Overrides,
  pickNamed,
  workers,
} from 'tangentlab';

/** What `--help` says of an example. */
export interface About {
  readonly command: string;
  readonly text: string;
}

const FIRST: About = {
  command: 'npm start --',
  text: "The seed document's random search (sections 4 and 5), live, on its own data.",
};

/** Parts that can be named on the command line. */
export interface NamedParts {
  readonly search: Readonly<Record<string, () => AnyProvider>>;
  readonly backend: Readonly<Record<string, () => AnyProvider>>;
}

interface Flags {
  readonly seed?: number;
  readonly trials?: number;
  readonly concurrency?: number | 'cores';
  readonly workers?: number | true;
  readonly search?: string;
  readonly backend?: string;
}

/**
 * The experiment as the command line wants it. `--help` prints the flags and ends the process; so does a flag that is not
 * understood, with a message that names it, before anything runs.
 */
export function withFlags<P, D, Mo, M extends string, A extends string, O>(
  experiment: Experiment<P, D, Mo, M, A, O>,
  named: NamedParts,
  about: About = FIRST,
): Experiment<P, D, Mo, M, A, O> {
  try {
    return flagged(experiment, process.argv.slice(2), named, about);
  } catch (error) {
    if (!isTangentError(error)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

/** *Throws* ConfigError CONFIG_INVALID. */
function flagged<P, D, Mo, M extends string, A extends string, O>(
  experiment: Experiment<P, D, Mo, M, A, O>,
  argv: readonly string[],
  named: NamedParts,
  about: About,
): Experiment<P, D, Mo, M, A, O> {
  const { search, backend, workers: threads, ...numbers } = readFlags(argv, experiment.plan, named, about);
  const parts = [
    ...(search === undefined ? [] : [pickNamed('--search', 'searcher', search, named.search)()]),
    ...(backend === undefined ? [] : [pickNamed('--backend', 'back end', backend, named.backend)()]),
    ...(threads === undefined ? [] : [workers(threads === true ? {} : { threads })]),
  ];
  // threads without trials for them would be of no use
  const concurrency: Overrides = threads === undefined ? {} : { concurrency: 'cores' };
  return experiment.with(...parts).override({ ...concurrency, ...numbers } satisfies Overrides);
}

function readFlags(
  argv: readonly string[],
  plan: { readonly seed: number; readonly trials: number },
  named: NamedParts,
  about: About,
): Flags {
  const namesOf = (parts: object) => Object.keys(parts).join(', ');
  const command = new Command(about.command)
    .description(about.text)
    .option('--seed <integer>', `where all randomness comes from (${plan.seed})`, integer('--seed', 0))
    .option('--trials <integer>', `how many combinations to try (${plan.trials})`, integer('--trials', 1))
    .option('--concurrency <integer>', 'how many trials at once, or the word cores (1)', concurrencyOf)
    .option('--workers [threads]', 'train on threads, as many as there are cores unless given', integer('--workers', 1))
    .option('--search <name>', `search strategy: ${namesOf(named.search)} (what the example says)`)
    .option('--backend <name>', `matrix core: ${namesOf(named.backend)} (what the example says)`)
    .helpOption('--help', 'print this and stop')
    .allowExcessArguments(true) // refused below, with a hint
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  try {
    command.parse([...argv], { from: 'user' });
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
  const [argument] = command.args;
  if (argument !== undefined) throw strayArgument(argument, named, about);
  return command.opts<Flags>();
}

/** Without the two dashes npm keeps a flag for itself, and only its value arrives. */
function strayArgument(argument: string, named: NamedParts, { command }: About): ConfigError {
  const flag = Object.entries(named).find(([, parts]) => Object.hasOwn(parts, argument))?.[0];
  const example = flag === undefined ? '--backend gpu' : `--${flag} ${argument}`;
  return new ConfigError('CONFIG_INVALID', {
    where: 'command line',
    expected: 'only flags are understood',
    got: JSON.stringify(argument),
    todo: `write \`${command} ${example}\`, with the two dashes`,
  });
}

function concurrencyOf(text: string): number | 'cores' {
  return text === 'cores' ? text : integer('--concurrency', 1)(text);
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
