/**
 * Laws of memory: what goes in comes out, what is freed is gone, what is not freed stays, and no operation changes what
 * it was only given to read.
 */
import type { Matrix } from '@tangentlab/tensor';
import fc from 'fast-check';
import { type BackendBench, type BackendCheck, expectCode } from './backend-bench.js';
import { expectSame, expectThat } from './error-bounds.js';
import { OPERATIONS, operandsOf } from './operations.js';
import { seed, sizeOrNone } from './shape-arbitraries.js';

async function roundTrips(bench: BackendBench, rows: number, cols: number, seed: number): Promise<void> {
  const { tested } = bench;
  const { values, tested: a } = bench.random(seed, rows, cols);
  expectThat(a.rows === rows && a.cols === cols, 'upload', `(${rows},${cols})`, `(${a.rows},${a.cols})`);
  expectSame('an upload, read back', await tested.read(a), values);
  // from a plain array too, and without keeping a hold on either side
  const source = Array.from(values);
  const b = tested.upload(source, rows, cols);
  source.fill(0);
  (await tested.read(b)).fill(0);
  expectSame('an upload, after the source and an earlier reading were overwritten', await tested.read(b), values);
}

/** The precision that is stated is the one that is stored. */
async function precisionIsHonest(bench: BackendBench): Promise<void> {
  const [stored] = await bench.tested.read(bench.tested.upload([1 + 2 ** -40], 1, 1));
  expectSame('the precision of storage', [stored!], [bench.rounded(1 + 2 ** -40)]);
}

async function readsAtTheCall(bench: BackendBench): Promise<void> {
  const { tested } = bench;
  const a = bench.random(3, 4, 5);
  const before = tested.read(a.tested);
  tested.accumulate(a.tested, a.tested);
  expectSame('a reading that was asked for before a change', await before, a.values);
  const changed = tested.read(a.tested);
  tested.free(a.tested);
  expectSame(
    'a reading that was asked for before free()',
    await changed,
    a.values.map((value) => 2 * value),
  );
}

async function resetsFree(bench: BackendBench): Promise<void> {
  const { tested } = bench;
  const survivors = [bench.random(1, 3, 4), bench.random(2, 1, 1)];
  const mark = tested.mark();
  const early = bench.random(3, 2, 2);
  const product = tested.gemm(early.tested, early.tested);
  tested.free(early.tested); // freed already when its turn comes
  const before = await tested.read(product);
  const inner = tested.mark();
  const late = tested.dropoutMask(3, 3, 0.5, 1);
  tested.reset(inner);
  expectSame('what was made before an inner mark', await tested.read(product), before);
  await expectFreed(bench, 'a matrix made since an inner mark', late);
  tested.reset(mark);
  for (const gone of [early.tested, product, late]) await expectFreed(bench, 'a matrix made since the mark', gone);
  tested.reset(mark); // nothing left to free
  for (const { tested: a, values } of survivors) expectSame('a survivor of reset()', await tested.read(a), values);
}

async function freesOne(bench: BackendBench): Promise<void> {
  const { tested } = bench;
  const [a, b, c] = [bench.random(1, 3, 4), bench.random(2, 3, 4), bench.random(3, 3, 4)];
  const mark = tested.mark();
  tested.free(b.tested);
  await expectFreed(bench, 'a matrix that was given to free()', b.tested);
  await expectCode('free() of it once more', 'RESOURCE_FAILED', () => tested.free(b.tested));
  // a mark stays where it was, whatever was freed below it
  const late = bench.random(4, 2, 2);
  tested.reset(mark);
  await expectFreed(bench, 'a matrix made since a mark, after free() below it', late.tested);
  for (const { tested: kept, values } of [a, c]) expectSame('a neighbour of free()', await tested.read(kept), values);
}

function expectFreed(bench: BackendBench, what: string, gone: Matrix): Promise<void> {
  return expectCode(`reading ${what}`, 'RESOURCE_FAILED', () => bench.tested.read(gone));
}

/** Every operation refuses a freed matrix, in whichever place. */
async function refusesTheFreed(bench: BackendBench): Promise<void> {
  for (const operation of OPERATIONS) {
    for (let at = 0; at < operation.operands.length; at++) {
      const operands = operandsOf(bench, operation).map(({ tested }) => tested);
      bench.tested.free(operands[at]!);
      await expectCode(`${operation.name} with operand ${at} freed`, 'RESOURCE_FAILED', () =>
        operation.perform(bench.tested, operands),
      );
    }
  }
}

/** Nothing takes a matrix of another back end, in whichever place, or touches it; nor does a refusal free anything. */
async function refusesTheForeign(bench: BackendBench): Promise<void> {
  const { tested } = bench;
  const refuses = (what: string, act: () => unknown) =>
    expectCode(`${what} of another back end`, 'RESOURCE_FAILED', act);
  const own = bench.random(1, 2, 3);
  const foreign = bench.random(2, 2, 3);
  await refuses('read() of a matrix', () => tested.read(foreign.truth));
  await refuses('free() of a matrix', () => tested.free(foreign.truth));
  expectSame('a matrix that another back end was asked to free', await bench.truth.read(foreign.truth), foreign.values);
  expectSame('a matrix, after free() of a foreign one', await tested.read(own.tested), own.values);
  for (const operation of OPERATIONS) {
    for (let at = 0; at < operation.operands.length; at++) {
      const twins = operandsOf(bench, operation);
      const operands = twins.map((twin, place) => (place === at ? twin.truth : twin.tested));
      await refuses(`${operation.name} with operand ${at}`, () => operation.perform(tested, operands));
      const { truth, values } = twins[at]!;
      expectSame(`foreign operand ${at} of ${operation.name}`, await bench.truth.read(truth), values);
    }
  }
}

/** Only what is to be updated in place changes, and results are matrices of their own. */
async function onlyReads(bench: BackendBench): Promise<void> {
  for (const operation of OPERATIONS) {
    const operands = operandsOf(bench, operation);
    const given = operands.map(({ tested }) => tested);
    const made = operation.perform(bench.tested, given);
    for (const [at, { tested, values }] of operands.entries()) {
      if (operation.updates?.includes(at)) continue;
      expectSame(`operand ${at} of ${operation.name}`, await bench.tested.read(tested), values);
    }
    expectThat(!made.some((result) => given.includes(result)), operation.name, 'results of their own', 'an operand');
  }
}

/** Equal inputs give equal bits, if the back end says so. */
async function repeatsItself(bench: BackendBench): Promise<void> {
  if (!bench.tested.capabilities.deterministic) return;
  for (const operation of OPERATIONS) {
    const once = async (): Promise<string> => {
      const operands = operandsOf(bench, operation).map(({ tested }) => tested);
      const results = [...operation.perform(bench.tested, operands), ...operands];
      return (await Promise.all(results.map((a) => bench.tested.read(a)))).join(';');
    };
    const [first, second] = [await once(), await once()];
    expectThat(first === second, `${operation.name}, twice`, first, second);
  }
}

async function disposes(bench: BackendBench): Promise<void> {
  const { tested: a } = bench.random(1, 2, 2);
  await bench.close();
  await expectFreed(bench, 'a matrix after dispose()', a);
}

export const MEMORY_CHECKS: readonly BackendCheck[] = [
  {
    name: 'what is uploaded is read back, and is a copy',
    check: (bench) =>
      bench.forAll(fc.tuple(sizeOrNone, sizeOrNone, seed), ([rows, cols, start]) =>
        roundTrips(bench, rows, cols, start),
      ),
  },
  { name: 'values are stored in the precision that is stated', check: precisionIsHonest },
  { name: 'read takes the values as they are at the call', check: readsAtTheCall },
  { name: 'reset frees what was made since the mark, and nothing else', check: resetsFree },
  { name: 'free frees one matrix, and moves no mark', check: freesOne },
  { name: 'every operation refuses a freed matrix', check: refusesTheFreed },
  { name: 'a matrix of another back end is refused', check: refusesTheForeign },
  { name: 'operations change nothing but what they update in place', check: onlyReads },
  { name: 'equal inputs give equal bits, where that is promised', check: repeatsItself },
  { name: 'dispose frees every matrix', check: disposes },
];
