import { int, type Metric, maximize, Rng, type Searcher, searchTrials } from '@tangentlab/core';
import { gridSearch, randomSearcher } from '@tangentlab/optimizers';
import {
  determinismLaws,
  lawsOfDeterminism,
  type SensitiveOptions,
  sensitivePruner,
  sensitiveSearcher,
} from '@tangentlab/testkit';
import { Observable, type Subscriber } from 'rxjs';

determinismLaws('random', () => ({ searcher: randomSearcher() }));
determinismLaws('grid', () => ({ searcher: (gridSearch().create as () => Searcher)() }));
determinismLaws('sensitive', () => ({ searcher: sensitiveSearcher(), pruner: sensitivePruner() }));
determinismLaws('sensitive and pausing', () => ({
  searcher: sensitiveSearcher({ budget: 1 }),
  pruner: sensitivePruner(),
}));

describe('determinismLaws reject', () => {
  let calls = 0;
  const counting: SensitiveOptions = { extra: () => calls++ };
  const broken = {
    'a searcher with a memory that outlives its search': () => ({ searcher: sensitiveSearcher(counting) }),
    'a pruner that counts': () => ({ searcher: sensitiveSearcher(), pruner: sensitivePruner(counting) }),
    'the same with pauses': () => ({ searcher: sensitiveSearcher({ budget: 1, ...counting }) }),
  };
  const cases = Object.entries(broken).flatMap(([name, make]) =>
    lawsOfDeterminism().map((law) => [`${name}: ${law.name}`, law, make] as const),
  );
  test.each(cases)('%s', async (_, law, make) => {
    await expect((async () => law.check(make))()).rejects.toBeDefined();
  });
});

test('the fakes really prune, pause, resume and wait', () => {
  const searcher = sensitiveSearcher({ budget: 1 });
  const answers = new Set<unknown>();
  const watched: Searcher = {
    ...searcher,
    ask: (request) => {
      const answer = searcher.ask(request);
      if (answer === 'wait') answers.add(answer);
      return answer;
    },
  };
  const told = new Set<string>();
  for (let seed = 0; seed < 5; seed++) {
    const options = { space: { x: int(0, 99) }, searcher: watched, pruner: sensitivePruner(), trials: 20, lag: 4 };
    const flying: Subscriber<Metric>[] = [];
    searchTrials(
      { ...options, concurrency: 3, objectives: [maximize('y')], rng: Rng.root(seed) },
      () => new Observable<Metric>((out) => void flying.push(out)),
    ).subscribe((event) => told.add(event.type === 'trial/finished' ? event.state : event.type));
    for (let out = flying.shift(); out !== undefined; out = flying.shift()) {
      for (const step of [1, 2, 3]) out.next({ step, values: { y: seed / step } });
      out.complete();
    }
  }
  expect([...told]).toEqual(expect.arrayContaining(['trial/paused', 'trial/resumed', 'pruned', 'complete']));
  expect([...answers]).toEqual(['wait']);
});
