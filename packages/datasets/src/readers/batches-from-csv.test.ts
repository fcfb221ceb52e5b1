import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isTangentError, openOnce, Rng } from '@tangentlab/core';
import fc from 'fast-check';
import { firstValueFrom, from, lastValueFrom, map, type Observable, take, timer, toArray } from 'rxjs';
import { largestGap } from '../../fixtures/reference.js';
import { runningScaling } from '../scalers/running-moments.js';
import { standardScaling } from '../scalers/standard-scale.js';
import { batchesFromCsv, type CsvBatchOptions } from './batches-from-csv.js';
import { readCsv } from './read-csv.js';
import type { Task } from './read-options.js';

const all = <T>(batches$: Observable<T>): Promise<T[]> => firstValueFrom(batches$.pipe(toArray()));
const numbered = (rows: number) => `a,y\n${Array.from({ length: rows }, (_, i) => `${i},${2 * i}\n`).join('')}`;

describe('the same rows as the whole file', () => {
  const line = fc.tuple(
    fc.integer({ min: -99, max: 99 }),
    fc.constantFrom('u', 'v', '"w\n,"', ''),
    fc.constantFrom('p', 'q', ''),
  );
  const files = fc
    .array(line, { minLength: 1, maxLength: 40 })
    .map((lines) => `a,c,y\n0,u,p\n${lines.map((l) => `${l.join(',')}\n`).join('')}`);

  test('whatever the size of a batch and wherever the text is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        files,
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 30 }),
        async (text, rows, piece) => {
          const options = { target: 'y', task: 'classes', missing: { c: 'level', y: 'drop' } } as const;
          const whole = await openOnce('test', readCsv({ text }, options), { rng: Rng.root(1) });
          const bytes = new TextEncoder().encode(text);
          const blob = {
            stream: () =>
              new ReadableStream({
                start(controller) {
                  for (let at = 0; at < bytes.length; at += piece) controller.enqueue(bytes.subarray(at, at + piece));
                  controller.close();
                },
              }),
          } as unknown as Blob;
          const batches = await all(batchesFromCsv(blob, { ...options, rows }));
          expect(batches.flatMap(({ x }) => [...x])).toEqual([...whole.x]);
          expect(batches.flatMap(({ y }) => [...y])).toEqual([...whole.y]);
          for (const { samples, featureNames, classNames } of batches) {
            expect(samples).toBeLessThanOrEqual(rows);
            expect([featureNames, classNames]).toEqual([whole.featureNames, whole.classNames]);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test('a scaling of the stream is that of the whole', async () => {
    const text = numbered(500);
    const options = { target: 'y', task: 'values' } as const;
    const whole = standardScaling(await openOnce('test', readCsv({ text }, options), { rng: Rng.root(1) }));
    const running = await firstValueFrom(batchesFromCsv({ text }, { ...options, rows: 64 }).pipe(runningScaling()));
    expect(largestGap(running.center, whole.center)).toBeLessThan(1e-13);
    expect(largestGap(running.divisor, whole.divisor)).toBeLessThan(1e-13);
  });
});

describe('back-pressure', () => {
  const options = { target: 'y', task: 'values', rows: 10 } as const;

  test('the next batch waits for the work on the one before it', async () => {
    let running = 0;
    let most = 0;
    const work$ = batchesFromCsv({ text: numbered(95) }, options, ({ samples }, index) => {
      most = Math.max(most, ++running);
      return timer(1).pipe(
        map(() => {
          running--;
          return [index, samples];
        }),
      );
    });
    expect(await all(work$)).toEqual([...Array.from({ length: 9 }, (_, i) => [i, 10]), [9, 5]]);
    expect(most).toBe(1);
  });

  test('who takes two batches reads no third; a subscription is cold', async () => {
    let made = 0;
    const work$ = batchesFromCsv({ text: numbered(50) }, options, (batch) => {
      made++;
      return from([batch.samples]);
    });
    expect(made).toBe(0);
    expect(await all(work$.pipe(take(2)))).toEqual([10, 10]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(made).toBe(2);
    expect(await all(work$)).toEqual([10, 10, 10, 10, 10]);
  });

  test('work that fails ends the stream with its error', async () => {
    const thrown = batchesFromCsv({ text: numbered(30) }, options, () => {
      throw new Error('broken work');
    });
    await expect(all(thrown)).rejects.toThrow('broken work');
    const rejected = batchesFromCsv({ text: numbered(30) }, options, () => Promise.reject(new Error('late')));
    await expect(all(rejected)).rejects.toThrow('late');
  });
});

describe('a file much larger than a batch', () => {
  const folder = mkdtempSync(join(tmpdir(), 'batches-'));
  const path = join(folder, 'large.csv');
  const ROWS = 60_000;
  afterAll(() => rmSync(folder, { recursive: true }));

  beforeAll(async () => {
    const file = createWriteStream(path);
    file.write('a,b,c,d,colour,y\n');
    let lines = '';
    for (let i = 0; i < ROWS; i++) {
      lines += `${Math.sin(i)},${Math.cos(i)},${i / 7},${i},${['red', 'green', 'blue'][i % 3]},${i % 2}\n`;
      if (i % 10_000 === 0) {
        file.write(lines);
        lines = '';
      }
    }
    await new Promise((resolve) => file.end(lines, () => resolve(undefined)));
  });

  /** How far live memory grows from the first batch on, looked at after a collection every 11 batches. */
  async function growth(keep: unknown[] | undefined): Promise<number> {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const live = () => {
      collect();
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return heapUsed + arrayBuffers;
    };
    let first = 0;
    let most = 0;
    let rows = 0;
    const batches$ = batchesFromCsv(path, { target: 'y', task: 'classes', rows: 1000 }, (batch, index) => {
      keep?.push(batch);
      rows += batch.samples;
      if (index === 0) first = live();
      if (index % 11 === 10) most = Math.max(most, live());
      return [batch.features];
    });
    expect(await lastValueFrom(batches$)).toBe(7);
    expect(rows).toBe(ROWS);
    return most - first;
  }

  test('is read in bounded memory', async () => {
    expect(statSync(path).size).toBeGreaterThan(3_600_000);
    // beside one batch: a piece of 64 KiB as text and as rows, and what Node reads ahead and compiles, in all some 600 kB
    expect(await growth(undefined)).toBeLessThan(1_500_000);
    // the measure sees memory that is kept: 60,000 rows of 7 numbers
    expect(await growth([])).toBeGreaterThan(2_400_000);
  }, 240_000);
});

describe('refusals', () => {
  const options: CsvBatchOptions<'values'> = { target: 'y', task: 'values', rows: 2 };

  test('wrong rows come before the first batch, wherever they stand', async () => {
    const seen: number[] = [];
    const batches$ = batchesFromCsv({ text: `${numbered(100)}x,1\n5\n` }, options, ({ samples }) => {
      seen.push(samples);
      return [samples];
    });
    await expect(all(batches$)).rejects.toThrow(
      'batchesFromCsv "text": every row must fit its columns, got line 102: column "a" "x" is no finite number; line 103: 1 fields',
    );
    expect(seen).toEqual([]);
  });

  test('a file that changes between the passes', async () => {
    const texts = ['a,c,y\n1,u,2\n', 'a,c,y\n1,v,2\n'];
    const input = { stream: () => new Blob([texts.shift() as string]).stream() } as Blob;
    const error = await all(batchesFromCsv(input, options)).catch((thrown: unknown) => thrown);
    expect(isTangentError(error) && error.message).toMatch(/the file must stay as it was .*, got "v" in column "c"/);
  });

  test('a quote that nobody closes does not fill the memory', async () => {
    const text = `a,y\n1,"${'2,3\n'.repeat(1_100_000)}`;
    await expect(all(batchesFromCsv({ text }, options))).rejects.toThrow('a row must end within 4194304 characters');
  });

  test('options and files', async () => {
    expect(() => batchesFromCsv('x.csv', { target: 'y', task: 'values' } as CsvBatchOptions<Task>)).toThrow(
      'rows: must be',
    );
    expect(() => batchesFromCsv('x.csv', { ...options, rows: 0 })).toThrow('rows: must be an integer of 1 or more');
    await expect(all(batchesFromCsv('no/such.csv', options))).rejects.toMatchObject({ code: 'RESOURCE_FAILED' });
    await expect(all(batchesFromCsv({ text: '' }, options))).rejects.toThrow('at least one row is needed');
    await expect(all(batchesFromCsv({ text: numbered(9) }, { ...options, maxRows: 5 }))).rejects.toThrow(
      'at most 5 rows',
    );
  });
});
