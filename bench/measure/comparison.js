/**
 * One case, measured on all sides in alternation, and the ratios peer / ours: above 1 ours is faster.
 */
import { rateTargetOf, targetOf } from '../targets.js';
import { gigaflops } from './program.js';
import { markdownTable, show, showSpread, spreadOf } from './spread.js';

/** How far apart the results of two sides may be: f32 over long sums on one side, f64 on the other. */
const AGREEMENT = 1e-3;

/**
 * A record for each pair of a side of ours and one of the peers', and one without a peer where nobody else has the case.
 * Sides of peers that have `skip` in their name are left out.
 */
export async function compareCase(label, ours, peers, { rounds, skip = '' }) {
  const sides = [ours, ...peers].flatMap((program) =>
    program.header.tasks
      .filter((task) => task.case === label && (program === ours || skip === '' || !task.side.includes(skip)))
      .map((task) => ({ program, task, own: program === ours, samples: [] })),
  );
  for (const side of sides) await side.program.sample(side.task); // warms up, and is thrown away
  for (let round = 0; round < rounds; round++) {
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
      side.samples.push(await side.program.sample(side.task));
    }
  }
  checkAgreement(label, sides);
  const mine = sides.filter(({ own }) => own);
  const theirs = sides.filter(({ own }) => !own);
  return mine.flatMap((us) => (theirs.length === 0 ? [recordOf(us)] : theirs.map((them) => recordOf(us, them))));
}

/** Where sides give a result it must be one result. */
function checkAgreement(label, sides) {
  const results = sides.flatMap(({ task, samples }) => {
    const result = samples.at(-1).result;
    return result === undefined ? [] : [{ side: task.side, result }];
  });
  for (const { side, result } of results) {
    const [first] = results;
    if (!(Math.abs(result - first.result) <= AGREEMENT * Math.abs(first.result))) {
      throw new Error(`${label}: expected one result, got ${first.result} (${first.side}) and ${result} (${side})`);
    }
  }
}

function recordOf(us, them) {
  const { case: name, side, unit, flops } = us.task;
  const base = { case: name, ours: side, unit, ...(flops === undefined ? {} : { flops }), oursSamples: us.samples };
  if (them === undefined) return base;
  const ratio = (field) => us.samples.map((sample, round) => them.samples[round][field] / sample[field]);
  return {
    ...base,
    peer: them.task.side,
    peerSamples: them.samples,
    ratio: spreadOf(ratio('value')),
    cpuRatio: spreadOf(ratio('cpu')),
  };
}

/** A row for each record. The ratio of processor times tells whether waiting for a core took part in that of the clock. */
export function tableOfComparisons(bench, records) {
  const heading = ['case', 'ours', 'peer', 'unit', 'ours, median (quartiles)', 'peer, median (quartiles)'];
  const rated = records.some(({ flops }) => flops !== undefined);
  const rows = records.map((record) => [
    record.case,
    record.ours,
    record.peer ?? '-',
    record.unit,
    showSpread(valuesOf(record.oursSamples)),
    record.peer === undefined ? '-' : showSpread(valuesOf(record.peerSamples)),
    ...(rated ? [ratesOf(record)] : []),
    record.peer === undefined ? '-' : showSpread(record.ratio),
    record.peer === undefined ? '-' : show(record.cpuRatio.median),
    verdict(bench, record),
  ]);
  const rates = rated ? ['GFLOPS, ours / peer'] : [];
  return markdownTable([[...heading, ...rates, 'peer / ours', 'by CPU time', 'target']].concat(rows));
}

const valuesOf = (samples) => spreadOf(samples.map(({ value }) => value));

function ratesOf({ flops, unit, oursSamples, peerSamples }) {
  if (flops === undefined) return '';
  const rate = (samples) => show(gigaflops({ flops, unit, median: valuesOf(samples).median }));
  const target = peerSamples === undefined ? '' : ` / ${rate(peerSamples)}`;
  return `${rate(oursSamples)}${target}`;
}

/** The goal, and whether it is met. */
function verdict(bench, record) {
  const say = (goal, reached, text) => `${text}${reached >= goal ? '' : ', **missed**'}`;
  const rate = rateTargetOf(record.case, record.ours);
  if (rate !== undefined) {
    const { median } = valuesOf(record.oursSamples);
    return say(rate, gigaflops({ ...record, median }), `${rate} GFLOPS`);
  }
  const goal = targetOf(bench, record);
  return goal === undefined ? '-' : say(goal, record.ratio.median, `${show(goal)}`);
}
