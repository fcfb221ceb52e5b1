/**
 * A bench as a program of its own: what it prints, its flags, and how it answers to bench/compare.js. The Python peers
 * have the same in peers/program.py.
 *
 * Alone it warms up, takes one sample of each task in turn, `--rounds` times, and writes a JSON line for each task to
 * standard output and a table to standard error. With `--serve` it writes a line about itself and its tasks, then answers
 * each line `[side, case]` of standard input with one sample.
 */
import { cpus, loadavg } from 'node:os';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { Sampler } from './sampler.js';
import { markdownTable, show, showSpread, spreadOf } from './spread.js';

const OPTIONS = {
  rounds: { type: 'string', default: '7' },
  milliseconds: { type: 'string', default: '50' },
  only: { type: 'string', default: '' },
  serve: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
};
const HELP = `  --rounds N          samples of each task, taken in turn (7)
  --milliseconds N    how long a sample lasts at least (50)
  --only TEXT         only tasks whose side or case has this text
  --serve             answer to bench/compare.js
  --help              print this and stop
`;

/** The flags of the command line; `own` are the program's, as `parseArgs` wants them, with one line of `help` for each. */
export function benchFlags(usage, own = {}) {
  const { values } = parseArgs({ options: { ...OPTIONS, ...own } });
  if (values.help) {
    const lines = Object.entries(own).map(([name, { help }]) => `  --${name.padEnd(18)}${help}\n`);
    process.stdout.write(`Usage: ${usage}\n${lines.join('')}${HELP}`);
    process.exit(0);
  }
  const positive = (name) => {
    const number = Number(values[name]);
    if (!(number > 0)) throw new Error(`--${name}: expected a positive number, got ${values[name]}`);
    return number;
  };
  return { ...values, rounds: positive('rounds'), milliseconds: positive('milliseconds') };
}

/** Runs the tasks as the flags say. `about` holds what the figures depend on: versions, threads. */
export async function runProgram(about, tasks, flags) {
  const chosen = tasks.filter(({ side, case: name }) => `${side} ${name}`.includes(flags.only));
  if (chosen.length === 0) throw new Error(`--only: no task has "${flags.only}" in its side or case`);
  const machine = { processor: cpus()[0].model.trim(), cores: cpus().length, load: loadavg()[0] };
  const header = { ...about, node: process.versions.node, v8: process.versions.v8, machine };
  const samplers = chosen.map((task) => new Sampler(task, flags.milliseconds));
  const print = (record) => process.stdout.write(`${JSON.stringify(record)}\n`);
  if (flags.serve) {
    const listed = chosen.map(({ prepare, ...task }) => task);
    print({ ...header, tasks: listed });
    for await (const line of createInterface({ input: process.stdin })) {
      const [side, name] = JSON.parse(line);
      const at = chosen.findIndex((task) => task.side === side && task.case === name);
      if (at < 0) throw new Error(`--serve: no task of side "${side}" and case "${name}"`);
      print(await samplers[at].sample());
    }
    return;
  }
  print(header);
  const samples = chosen.map(() => []);
  for (let round = 0; round < flags.rounds; round++) {
    for (const [i, sampler] of samplers.entries()) samples[i].push(await sampler.sample());
  }
  const records = chosen.map((task, i) => recordOf(task, samples[i]));
  for (const record of records) print(record);
  process.stderr.write(`${headingOf(header)}\n${tableOf(records)}\n`);
}

function recordOf({ prepare, ...task }, samples) {
  const values = samples.map(({ value }) => value);
  const cpu = samples.map((sample) => sample.cpu);
  return { ...task, ...spreadOf(values), values, cpu, firstMs: samples[0].firstMs };
}

/** What the figures depend on, for people. */
function headingOf(header) {
  const parts = Object.entries(header).map(([name, value]) =>
    typeof value === 'object' ? `${name}: ${JSON.stringify(value).replace(/[{}"[\]]/g, '')}` : `${name}: ${value}`,
  );
  return parts.join('; ');
}

function tableOf(records) {
  const heading = ['case', 'side', 'median (quartiles)', 'unit', 'GFLOPS', 'CPU / clock', 'first call, ms'];
  const rows = records.map((record) => [
    record.case,
    record.side,
    showSpread(record),
    record.unit,
    record.flops === undefined ? '' : show(gigaflops(record)),
    show(spreadOf(record.cpu).median / record.median),
    record.cold ? '' : show(record.firstMs),
  ]);
  return markdownTable([heading, ...rows]);
}

/** Billions of floating-point operations in a second, from the median of a task that says its `flops`. */
export const gigaflops = ({ flops, median, unit }) => flops / (median * (unit === 'us' ? 1e3 : 1e6));
