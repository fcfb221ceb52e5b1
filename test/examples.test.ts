/**
 * The examples, run as a user runs them: as processes, by their flags.
 */
import { execFile, spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const EXAMPLE = fileURLToPath(new URL('../examples/dist/01-random-search.js', import.meta.url));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const run = (...flags: string[]) => execute(EXAMPLE, ...flags);

/** A copy of the example with some texts replaced, run. */
async function runEdited(edits: Readonly<Record<string, string>>, ...flags: string[]): Promise<Ended> {
  let source = readFileSync(EXAMPLE, 'utf8');
  for (const [before, after] of Object.entries(edits)) {
    expect(source).toContain(before);
    source = source.replace(before, after);
  }
  copies += 1;
  const file = fileURLToPath(new URL(`../examples/dist/edited-by-a-test-${copies}.js`, import.meta.url));
  writeFileSync(file, source);
  try {
    return await execute(file, ...flags);
  } finally {
    rmSync(file);
  }
}
let copies = 0;

function execute(file: string, ...flags: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [file, ...flags], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

const rowsOf = (stdout: string) => stdout.split('\n').filter((line) => /^\*? +\d+ +(32|64|128) /.test(line));

test('npm start builds what is not built, and runs the first example with its flags', async () => {
  const start = fileURLToPath(new URL('../scripts/start.js', import.meta.url));
  const { code, stdout, stderr } = await execute(start, '--trials', '2', '--workers', '1');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^Tangentlab 0\.1\.0: random-search\n {2}search {4}random, 2 trials, seed 42, lag 16\n/);
  expect(stdout).toContain('2 of 2 trials complete');
  const refused = await execute(start, '--trials', '0');
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toContain('--trials: an integer of at least 1 is needed, got "0"');
}, 60_000);

describe('01-random-search', () => {
  test('prints header, progress, table, winner and rank', async () => {
    const { code, stdout, stderr } = await run('--trials', '3');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Tangentlab 0\.1\.0: random-search\n {2}search {4}random, 3 trials, seed 42, lag 1\n/);
    expect(stdout).toContain('back end  auto: WebAssembly simd128, f32, ');
    expect(stdout).toMatch(/trial 1\/3 {2}0\.\d{3} {2}[▁▂▃▄▅▆▇█]{5,15}\n/);
    expect(rowsOf(stdout)).toHaveLength(3);
    expect(stdout).toContain('3 of 3 trials complete');
    expect(stdout).toMatch(/best {2}trial [123]: hidden \d+, lr \S+, dropout \S+, batch \d+, epochs \d+\n/);
    expect(stdout).toMatch(/accuracy 0\.\d{3}, loss 0\.\d{3}, F1 0\.\d{3}/);
    expect(stdout).toMatch(/Jacobian of its 1600 training outputs by its \d+ parameters: rank \d+ of at most \d+/);
  }, 60_000);

  test('a test part is reported on at the end, and warnings are shown', async () => {
    const edits = {
      'holdout({ fraction: 0.2,': 'holdout({ fraction: 0.2, test: 0.1,',
      'epochs: p.epochs': 'epochs: p.epochs, norms: { vanishing: 0.9 }',
    };
    const { code, stdout, stderr } = await runEdited(edits, '--trials', '1');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /warning {2}trial 1, step \d+: adam, epoch \d+: the gradient of the first layer should be above/,
    );
    expect(stdout).toContain('on the test part, which neither training nor search has seen:\n      100 samples\n');
    expect(stdout).toMatch(/accuracy +0\.\d{4}\n/);
  }, 60_000);

  test('the winner of ten trials is as good as PyTorch lets one expect; equal seeds print equal tables', async () => {
    const [a, b, c] = await Promise.all([run(), run('--seed', '42'), run('--seed', '43')]);
    expect(rowsOf(a.stdout)).toHaveLength(10);
    expect(rowsOf(b.stdout)).toEqual(rowsOf(a.stdout));
    expect(rowsOf(c.stdout)).not.toEqual(rowsOf(a.stdout));
    const accuracy = Number(/accuracy (0\.\d{3})/.exec(a.stdout)?.[1]);
    // PyTorch's mean is 0.850 (sd 0.009) for a good configuration of this space; chance is 0.5
    expect(accuracy).toBeGreaterThan(0.82);
  }, 60_000);

  test('--search grid tries other points', async () => {
    const { code, stdout } = await run('--search', 'grid', '--trials', '2');
    expect(code).toBe(0);
    expect(stdout).toContain('search    grid, 2 trials');
    expect(rowsOf(stdout)).toHaveLength(2);
  }, 60_000);

  test('--backend gpu trains through gpu.js, and the header says in which mode', async () => {
    const { code, stdout, stderr } = await run('--backend', 'gpu', '--trials', '1', '--seed', '4');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/back end {2}gpu: gpu\.js \d+\.\d+\.\d+, mode (webasm|cpu), f32/);
    expect(rowsOf(stdout)).toHaveLength(1);
  }, 60_000);

  test('--workers trains on threads, with the same table', async () => {
    const [alone, threads] = await Promise.all([run('--trials', '4'), run('--trials', '4', '--workers', '2')]);
    expect({ code: threads.code, stderr: threads.stderr }).toEqual({ code: 0, stderr: '' });
    expect(alone.stdout).toContain('trials    1 at once, inProcess\n');
    expect(threads.stdout).toContain('trials    2 at once, workers: 2 threads\n');
    expect(threads.stdout).toContain('lag 16\n');
    expect(rowsOf(alone.stdout)).toHaveLength(4);
    expect(rowsOf(threads.stdout)).toEqual(rowsOf(alone.stdout));
  }, 60_000);

  test('threads find the parts that the command line names', async () => {
    const { code, stdout } = await run('--workers', '1', '--concurrency', '2', '--backend', 'gpu', '--trials', '1');
    expect(code).toBe(0);
    expect(stdout).toContain('trials    2 at once, workers: 1 thread\n');
    expect(rowsOf(stdout)).toHaveLength(1);
  }, 60_000);

  test('a part swapped in one line of the example is what runs', async () => {
    const { code, stdout } = await runEdited({ 'search: randomSearch()': 'search: gridSearch()' }, '--trials', '1');
    expect(code).toBe(0);
    expect(stdout).toContain('search    grid, 1 trials');
  }, 60_000);

  test('each cause of failed trials is named once, with their numbers', async () => {
    const failing = `model: ({ params: p, data }) => {
      if (p.lr !== 1e-4) throw new Error('too fast for this model');
      return`;
    const { code, stdout } = await runEdited(
      {
        'search: randomSearch()': 'search: gridSearch()',
        'hidden: choice(32, 64, 128)': 'hidden: choice(32)',
        'dropout: choice(0.1, 0.3, 0.5)': 'dropout: choice(0.1)',
        'batch: choice(16, 32, 64)': 'batch: choice(64)',
        'epochs: choice(5, 10, 15)': 'epochs: choice(5)',
        'model: ({ params: p, data }) =>': failing,
        'dropout: p.dropout }),': 'dropout: p.dropout }); },',
      },
      '--trials',
      '3',
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/trial 1\/3 {2}failed/);
    expect(stdout).toMatch(/^ +1 .* - +- +- +failed$/m);
    expect(stdout).toMatch(/^failed {2}trials 1, 3: .*too fast for this model/m);
    expect(stdout.match(/too fast/g)).toHaveLength(1);
    expect(stdout).toContain('1 of 3 trials complete');
  }, 60_000);

  test('a search without a further point says so', async () => {
    const small = {
      'search: randomSearch()': 'search: gridSearch()',
      'hidden: choice(32, 64, 128)': 'hidden: choice(32)',
      'lr: choice(1e-4, 5e-4, 1e-3)': 'lr: choice(5e-4, 1e-3)',
      'dropout: choice(0.1, 0.3, 0.5)': 'dropout: choice(0.1)',
      'batch: choice(16, 32, 64)': 'batch: choice(64)',
      'epochs: choice(5, 10, 15)': 'epochs: choice(5)',
    };
    const { code, stdout } = await runEdited(small);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /2 of 2 trials complete in .* - exhausted: the searcher had no further point after 2 of 10 trials\n/,
    );
  }, 60_000);

  test('minimize: the curve is that of the objective, and the winner has the least loss', async () => {
    const { code, stdout } = await runEdited(
      { "maximize('valAccuracy')": "minimize('valLoss')", 'maximize,': 'minimize,' },
      '--trials',
      '4',
    );
    expect(code).toBe(0);
    expect(stdout).toContain('objective minimize valLoss');
    const lines = [...stdout.matchAll(/^trial \d\/4 {2}(\S+) {2}(\S+)$/gm)];
    const losses = lines.map(([, loss]) => Number(loss));
    expect(losses).toHaveLength(4);
    for (const [, , curve] of lines) expect(curve).toMatch(/^█.*▁/); // in its own range, and falling
    expect(Number(/loss (0\.\d{3})/.exec(stdout)?.[1])).toBe(Math.min(...losses));
  }, 60_000);

  test('long numbers are shortened', async () => {
    const { code, stdout } = await runEdited(
      { 'lr: choice(1e-4, 5e-4, 1e-3)': 'lr: logUniform(1e-4, 1e-3)', 'maximize,': 'logUniform, maximize,' },
      '--trials',
      '2',
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\* +\d +\d+ +0\.000[1-9]\d{0,3} /m);
    expect(stdout).toMatch(/^best .* lr 0\.000[1-9]\d{0,3},/m);
    expect(stdout).not.toMatch(/\d\.\d{8}/);
  }, 60_000);

  test('--help explains the flags', async () => {
    const { code, stdout } = await run('--help');
    expect(code).toBe(0);
    for (const flag of ['--seed', '--trials', '--search', '--backend', '--concurrency', '--workers'])
      expect(stdout).toContain(flag);
  });

  test.each([
    [['--search', 'tep'], '--search: no searcher is named "tep"; known: auto, cmaEs, gp, grid, random, tpe.'],
    [['--backend', 'cuda'], '--backend: no back end is named "cuda"; known: auto, gpu, reference, wasm.'],
    [['--trials', '0'], '--trials: an integer of at least 1 is needed, got "0"; write for instance --trials 10.'],
    [['--trials', 'ten'], '--trials: an integer of at least 1 is needed, got "ten"; write for instance --trials 10.'],
    [['--seed', '1.5'], '--seed: an integer of at least 0 is needed, got "1.5"; write for instance --seed 10.'],
    [['--concurrency', 'all'], '--concurrency: an integer of at least 1 is needed, got "all"'],
    [['--workers', '0'], '--workers: an integer of at least 1 is needed, got "0"; write for instance --workers 10.'],
    [['--tirals', '3'], "command line: unknown option '--tirals'"],
    [['--seed'], "command line: option '--seed <integer>' argument missing"],
    [
      ['gpu'],
      'command line: only flags are understood, got "gpu"; write `npm start -- --backend gpu`, with the two dashes.',
    ],
    [
      ['grid'],
      'command line: only flags are understood, got "grid"; write `npm start -- --search grid`, with the two dashes.',
    ],
    [['fast'], 'command line: only flags are understood, got "fast"; write `npm start -- --backend gpu`'],
  ])('%j is refused before anything runs', async (flags, message) => {
    const { code, stdout, stderr } = await run(...flags);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('    at ');
  });

  test('a reader that goes away ends it quietly', async () => {
    const child = spawn(process.execPath, [EXAMPLE, '--trials', '1000'], { stdio: ['ignore', 'pipe', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.stdout.once('data', () => child.stdout.destroy());
    const code = await new Promise((resolve) => child.on('exit', resolve));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  }, 60_000);

  test.each([
    ['in its own thread', []],
    ['on threads', ['--workers', '2']],
  ])(
    'Ctrl-C ends it long before its end and prints what it has, %s',
    async (_, flags) => {
      const stdio = ['ignore', 'pipe', 'pipe'] as const;
      const child = spawn(process.execPath, [EXAMPLE, '--trials', '20000', ...flags], { stdio: [...stdio] });
      let stdout = '';
      let interruptedAt = 0;
      child.stdout!.on('data', (chunk: Buffer) => {
        stdout += chunk.toString();
        if (interruptedAt !== 0 || !stdout.includes('trial 2/20000')) return;
        interruptedAt = Date.now();
        child.kill('SIGINT');
      });
      const code = await new Promise((resolve) => child.on('exit', resolve));
      // a second on an idle machine; the twenty thousand trials would take minutes
      expect(Date.now() - interruptedAt).toBeLessThan(10_000);
      expect(code).toBe(130);
      expect(stdout).toContain('stopped by Ctrl-C');
      expect(rowsOf(stdout).length).toBeGreaterThanOrEqual(2);
      expect(rowsOf(stdout).length).toBeLessThan(10_000);
      expect(stdout).toContain('cancelled');
      expect(stdout).toMatch(/best {2}trial \d+/);
    },
    60_000,
  );

  test('Ctrl-C while the rank is measured stops that, too', async () => {
    const child = spawn(process.execPath, [EXAMPLE, '--trials', '1'], { stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let interrupted = false;
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      if (interrupted || !stdout.includes('accuracy 0')) return;
      interrupted = true;
      child.kill('SIGINT');
    });
    const code = await new Promise((resolve) => child.on('exit', resolve));
    expect(code).toBe(130);
    expect(stdout).not.toContain('Jacobian of its');
  }, 60_000);
});

test('02-compose-the-graph: two analyzers look at one training per trial', async () => {
  const file = fileURLToPath(new URL('../examples/dist/02-compose-the-graph.js', import.meta.url));
  const { code, stdout, stderr } = await execute(file);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const lines = stdout.trimEnd().split('\n');
  const trial = /^trial \d {2}hidden +\d+ {2}[▁▂▃▄▅▆▇█]{8} {2}accuracy 0\.\d{3} {2}rank \d+ of \d+ {2}moved \d+\.\d\d$/;
  expect(lines.slice(0, 5).every((line) => trial.test(line))).toBe(true);
  expect(lines).toHaveLength(6);
  expect(lines[5]).toMatch(/^best: trial [1-5], accuracy 0\.\d{3}$/);
}, 60_000);
