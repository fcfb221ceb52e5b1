import { isTangentError, openOnce, Rng, type Source } from '@tangentlab/core';
import type { RegressionTable, Split } from '@tangentlab/tensor';
import fc from 'fast-check';
import { standardScale } from '../scalers/standard-scale.js';
import { holdout } from '../splits/holdout.js';
import { type CsvOptions, readCsv } from './read-csv.js';
import type { ReadRegressionTable, ReadTable, Task } from './read-options.js';

const rng = Rng.root(1);
const open = <T>(source: Source<T>): Promise<T> => openOnce('test', source, { rng });
const classes = (text: string, options: Partial<CsvOptions<'classes'>> = {}) =>
  open(readCsv({ text }, { target: 'y', task: 'classes', ...options }));
const values = (text: string, options: Partial<CsvOptions<'values'>> = {}) =>
  open(readCsv({ text }, { target: 'y', task: 'values', ...options }));

describe('kinds of columns', () => {
  test('numbers and categories are told apart, categories are one-hot in the order of their names', async () => {
    const table = await classes('a,colour,y\n1.5,red,no\n-2e3, blue ,yes\n.5,red,no\n');
    expect(table).toMatchObject({
      featureNames: ['a', 'colour=blue', 'colour=red'],
      categories: { colour: ['blue', 'red'] },
      classNames: ['no', 'yes'],
      droppedRows: 0,
    });
    expect([[...table.x], [...table.y]]).toEqual([
      [1.5, 0, 1, -2000, 1, 0, 0.5, 0, 1],
      [0, 1, 0],
    ]);
  });

  test('what the user declares comes first', async () => {
    const text = 'id,zip,y\nx1,10,1\nx2,9,2\n';
    const table = await values(text, { columns: { id: 'ignore', zip: 'category' } });
    expect(table.featureNames).toEqual(['zip=9', 'zip=10']);
    expect([[...table.x], [...table.targets]]).toEqual([
      [0, 1, 1, 0],
      [1, 2],
    ]);
  });

  test('a column is a number if at least half of its values are: the others are then wrong', async () => {
    await expect(values('a,y\n1,1\n2,2\nabc,3\n')).rejects.toThrow(
      'every row must fit its columns, got line 4: column "a" "abc" is no finite number; correct the rows',
    );
    expect((await values('a,y\n1,1\nu,2\nv,3\n')).featureNames).toEqual(['a=1', 'a=u', 'a=v']);
  });

  test.each(['0x10', 'Infinity', '1e999', '1,5', '--1', '1 2'])('%s is no number', async (text) => {
    const table = `a;y\n"${text}";1\n`;
    await expect(values(table, { columns: { a: 'number' }, separator: ';' })).rejects.toThrow('is no finite number');
  });

  test('several targets, and classes by number', async () => {
    const table = await values('a,u,v\n1,2,3\n4,5,6\n', { target: ['v', 'u'] });
    expect([[...table.targets], table.outputs, table.targetNames]).toEqual([[3, 2, 6, 5], 2, ['v', 'u']]);
    expect((await classes('a,y\n1,10\n2,9\n3,10\n')).classNames).toEqual(['9', '10']);
  });
});

describe('missing values', () => {
  const text = 'a,c,y\n1,u,1\n,u,2\n3,?,3\n5,v,NA\n';

  test('are refused, by line', async () => {
    await expect(values(text)).rejects.toThrow(
      'got line 3: column "a" is missing; line 4: column "c" is missing; line 5: column "y" is missing; correct',
    );
  });

  test('drop their rows', async () => {
    const table = await values(text, { missing: 'drop' });
    expect([[...table.x], table.samples, table.droppedRows]).toEqual([[1, 1, 0], 1, 3]);
  });

  test('are filled in, by column; a target never is', async () => {
    const table = await values(text, { missing: { a: 'mean', c: 'level', y: 'drop' } });
    expect(table.featureNames).toEqual(['a', 'c=u', 'c=v', 'c=(missing)']);
    expect([...table.x]).toEqual([1, 1, 0, 0, 3, 1, 0, 0, 3, 0, 0, 1]);
    const filled = await values(text, { missing: { a: -7, c: 'mean', y: 'drop' } });
    expect([...filled.x]).toEqual([1, 1, 0, -7, 1, 0, 3, 1, 0]);
    await expect(values(text, { missing: 'mean' })).rejects.toThrow('got line 5: column "y" is missing');
  });

  test('have the tokens that the user names', async () => {
    expect((await values('a,y\n1,1\n-99,2\n3,3\n', { missing: 'drop', missingTokens: ['-99'] })).droppedRows).toBe(1);
    await expect(values('a,y\n1,1\nNA,2\n3,3\n', { missingTokens: [] })).rejects.toThrow('"NA" is no finite number');
  });

  test('a rule that does not suit its column is refused', async () => {
    await expect(values('a,y\n1,1\n,2\n', { missing: { a: 'level' } })).rejects.toThrow(
      'must suit column "a", got "level"',
    );
    const text = 'a,y\nu,1\n,2\n';
    await expect(values(text, { missing: { a: 3 } })).rejects.toThrow('must suit column "a", got 3');
    await expect(values('a,b,y\n,1,1\n', { missing: { a: 'mean' } })).rejects.toThrow(
      'must have a value to take the mean',
    );
    const empty = values('a,b,y\n,1,1\n', { columns: { a: 'category' }, missing: { a: 'mean' } });
    await expect(empty).rejects.toThrow('column "a" must have a value to take the most frequent level of, got none');
  });
});

describe('the format', () => {
  test('separators are found, line ends and quotes understood, empty lines left out', async () => {
    for (const separator of [',', ';', '\t', '|']) {
      for (const end of ['\n', '\r\n']) {
        const rows = [
          ['a', '"b, c"', 'y'],
          ['1', `"x${separator}""z"""`, '2'],
          ['3', '"two\nlines"', '4'],
        ];
        const text = rows.map((row) => row.join(separator)).join(end + end);
        const { featureNames, x } = await values(text);
        expect(featureNames).toEqual(['a', 'b, c=two\nlines', `b, c=x${separator}"z"`]);
        expect([...x]).toEqual([1, 0, 1, 3, 1, 0]);
      }
    }
    expect([...(await values('a,y\r1,2\r3,4\r')).x]).toEqual([1, 3]);
  });

  test('a byte order mark, no header, another encoding', async () => {
    expect((await values('\ufeffa,y\n1,2\n')).featureNames).toEqual(['a']);
    expect((await values('1,2\n3,4\n', { header: false, target: 'column1' })).featureNames).toEqual(['column0']);
    const latin = Uint8Array.from(Buffer.from('größe,y\n1,2\n', 'latin1'));
    const options = { target: 'y', task: 'values' } as const;
    expect((await open(readCsv(latin, { ...options, encoding: 'latin1' }))).featureNames).toEqual(['größe']);
    await expect(open(readCsv(latin, options))).rejects.toThrow(
      'text in utf-8 is needed, got bytes that it does not have',
    );
    await expect(open(readCsv(latin, { ...options, encoding: 'utf-99' }))).rejects.toThrow(
      'a known encoding, got "utf-99"',
    );
  });

  test('a path, an address, a Blob and bytes give the same table', async () => {
    const url = new URL('../../fixtures/make_classification_1000x20_state42.csv', import.meta.url);
    const options = { target: 'column20', task: 'classes', header: false } as const;
    const table = await open(readCsv(url, options));
    expect(table).toMatchObject({ samples: 1000, features: 20, classes: 2 });
    const { readFileSync } = await import('node:fs');
    const bytes = new Uint8Array(readFileSync(url));
    for (const input of [url.pathname, url.href, bytes, bytes.buffer, new Blob([bytes])]) {
      expect(await open(readCsv(input, options))).toEqual(table);
    }
    expect(
      await open(readCsv(`data:text/csv,${encodeURIComponent('a,y\n1,2\n')}`, { target: 'y', task: 'values' })),
    ).toMatchObject({
      samples: 1,
    });
  });
});

describe('wrong rows', () => {
  test('are named by line, the first five of them', async () => {
    const bad = ['1', '2,3,4', '"x"y,3', 'u,v,', ...new Array<string>(7).fill('9')];
    const text = `a,y\n1,2\n"3",4\n\n${bad.join('\n')}\n`;
    await expect(values(text)).rejects.toThrow(
      'got line 5: 1 fields where the columns are 2; line 6: 3 fields where the columns are 2; ' +
        'line 7: a quoted field does not end where it should',
    );
  });

  test('lines inside quotes count', async () => {
    await expect(values('a,b,y\n"p\nq",1,1\n"r",1,x\n"s",1,2\n"t",1,3\n')).rejects.toThrow(
      'line 4: column "y" "x" is no',
    );
    await expect(values('a,y\n1,2\n"3,4\n')).rejects.toThrow('line 3: a quoted field does not end where it should');
  });

  test('more than five are counted', async () => {
    const text = `a,y\n${new Array<string>(12).fill('1').join('\n')}\n2,3\n`;
    await expect(values(text)).rejects.toThrow('; and 7 more; correct the rows');
    await expect(values(text)).rejects.toMatchObject({ code: 'CONFIG_INVALID', details: { problems: 12 } });
  });
});

describe('limits and names', () => {
  const text = 'a,y\n1,2\n3,4\n5,6\n';
  test.each<[string, Partial<CsvOptions<'values'>>, string]>([
    ['bytes', { maxBytes: 8 }, 'at most 8 bytes are read, got more of "text"'],
    ['rows', { maxRows: 2 }, 'at most 2 rows are read, got more; raise maxRows'],
    ['levels', { columns: { a: 'category' }, maxLevels: 2 }, 'column "a" must have at most 2 levels, got more'],
    ['an unknown target', { target: 'z' }, 'must name columns, got "z"; known: "a", "y"'],
    ['an unknown column', { columns: { z: 'ignore' } }, 'must name columns, got "z"'],
    ['an unknown rule', { missing: { z: 'drop' } }, 'must name columns, got "z"'],
    ['a target with a kind', { columns: { y: 'number' } }, 'the kind of a target follows from task, got columns.y'],
    ['nothing but a target', { columns: { a: 'ignore' } }, 'a column beside the target is needed'],
  ])('%s', async (_name, options, message) => {
    await expect(values(text, options)).rejects.toThrow(message);
  });

  test('files without rows, and columns of one name', async () => {
    for (const empty of ['', '\n\n', 'a,y\n', 'a,y'])
      await expect(values(empty)).rejects.toThrow('at least one row is needed');
    await expect(values('a,a,y\n1,2,3\n')).rejects.toThrow('every column needs a name of its own, got "a" twice');
    await expect(values('a,y\n,1\n', { missing: 'drop', columns: { a: 'number' } })).rejects.toThrow(
      'a row must be left',
    );
  });

  test('a file that is not there', async () => {
    const options = { target: 'y', task: 'values' } as const;
    await expect(open(readCsv('no/such/file.csv', options))).rejects.toMatchObject({ code: 'RESOURCE_FAILED' });
    await expect(open(readCsv('no/such/file.csv', options))).rejects.toThrow(
      'could not be read, got the error "ENOENT',
    );
  });

  test('options', () => {
    const read = (options: object) => () => readCsv({ text }, options as CsvOptions<Task>);
    expect(read({ target: 'y' })).toThrow('task: must be "classes" or "values"');
    expect(read({ task: 'values' })).toThrow('target: must be the name of a column');
    expect(read({ task: 'classes', target: ['y'] })).toThrow('target: must be one column for "classes"');
    expect(read({ task: 'values', target: 'y', separator: ',,' })).toThrow('separator: must be one character');
    expect(read({ task: 'values', target: 'y', missing: 'skip' })).toThrow('missing: must be "error", "drop"');
    expect(read({ task: 'values', target: 'y', rows: 3 })).toThrow('no option named "rows"; known:');
    for (const input of ['', null, 5, {}, [1]]) {
      expect(() => readCsv(input as string, { target: 'y', task: 'values' })).toThrow(
        'a path, a URL, a Blob, bytes or',
      );
    }
  });
});

test('whatever the text, the answer is a table that fits or an error of the house', async () => {
  const bits = fc.constantFrom(
    '1',
    '-2.5',
    'a',
    'b',
    '',
    '?',
    '"',
    '"q"',
    ',',
    ',',
    ';',
    '\n',
    '\n',
    '\r\n',
    ' ',
    '__proto__',
  );
  const missing = fc.constantFrom('drop', 'mean', 'level', 'error', 0);
  await fc.assert(
    fc.asyncProperty(
      fc.array(bits, { maxLength: 60 }),
      missing,
      fc.constantFrom<Task>('classes', 'values'),
      async (parts, rule, task) => {
        try {
          const options = { target: 'column0', task, header: false, missing: rule } as CsvOptions<Task>;
          const table = await open(readCsv({ text: parts.join('') }, options));
          expect(table.x.length).toBe(table.samples * table.features);
          expect(table.featureNames.length).toBe(table.features);
          expect(table.x.every(Number.isFinite)).toBe(true);
        } catch (error) {
          if (!isTangentError(error)) throw error;
        }
      },
    ),
    { numRuns: 400 },
  );
});

test('types: the task decides what the table holds', async () => {
  const labels: Source<ReadTable> = readCsv({ text: 'a,y\n1,u\n' }, { target: 'y', task: 'classes' });
  const targets: Source<ReadRegressionTable> = readCsv({ text: 'a,y\n1,2\n' }, { target: 'y', task: 'values' });
  const split: Source<Split<RegressionTable>> = readCsv(
    { text: 'a,y\n1,2\n3,4\n5,5\n' },
    { target: 'y', task: 'values' },
  ).pipe(holdout({ fraction: 0.3 }), standardScale());
  // @ts-expect-error real targets are no labels
  const wrong: Source<ReadTable> = readCsv({ text: 'a,y\n1,2\n' }, { target: 'y', task: 'values' });
  expect([labels, targets, wrong].map(({ steps }) => steps.length)).toEqual([1, 1, 1]);
  expect((await open(split)).train.samples).toBe(2);
  expect(labels.steps[0]).toEqual({ name: 'readCsv', config: { input: 'text', target: 'y', task: 'classes' } });
});
