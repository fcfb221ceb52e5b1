/**
 * The page: reads the form, runs the search, and draws at most once a frame what has changed. The address may set the
 * form: `?seed=7&trials=5&mode=webgl2&start` starts at once.
 */
import type { RunEvent } from 'tangentlab';
import { BACKENDS, backendName } from './backends.js';
import { CurveChart } from './curve-chart.js';
import { type SearchSettings, type SeedParams, seedSearch } from './seed-search.js';
import { element, StatePanel } from './state-panel.js';
import { showRows } from './trial-rows.js';
import { Trials } from './trials.js';

const form = element('controls') as HTMLFormElement;
const [seed, trialCount] = [element('seed') as HTMLInputElement, element('trials') as HTMLInputElement];
const mode = element('mode') as HTMLSelectElement;
const [start, stop] = [element('start') as HTMLButtonElement, element('stop') as HTMLButtonElement];
const rows = element('rows') as HTMLTableSectionElement;
const panel = new StatePanel();
const charts = [
  new CurveChart(element('accuracy'), {
    label: 'accuracy, fraction of rows',
    range: (low, high) => [Math.min(0.4, low ?? 1), Math.max(1, high ?? 0)],
    curve: ({ accuracy }) => accuracy,
  }),
  new CurveChart(element('loss'), {
    label: 'cross-entropy, nats',
    range: (_low, high) => [0, Math.max(0.8, high ?? 0)],
    curve: ({ loss }) => loss,
  }),
];

for (const [name, text] of Object.entries(BACKENDS)) mode.add(new Option(text, name));
const address = new URLSearchParams(location.search);
seed.value = address.get('seed') ?? seed.value;
trialCount.value = address.get('trials') ?? trialCount.value;
mode.value = backendName(address.get('mode'));

let abort: AbortController | undefined;
form.addEventListener('submit', (event) => {
  event.preventDefault();
  if (abort === undefined) void search();
});
stop.addEventListener('click', () => abort?.abort('the Stop button'));
if (address.has('start') && form.reportValidity()) form.requestSubmit();

/** Runs one search to its end, whatever that is. */
async function search(): Promise<void> {
  const settings: SearchSettings = {
    seed: seed.valueAsNumber,
    trials: trialCount.valueAsNumber,
    backend: backendName(mode.value),
  };
  const trials = new Trials();
  const draw = drawing(trials, settings.trials);
  abort = new AbortController();
  busy(true);
  panel.clear();
  panel.show('running', 'Starting.');
  draw();
  try {
    const run = seedSearch(settings).run({ signal: abort.signal });
    run.subscribe('page', {
      next: (event: RunEvent<SeedParams>) => {
        if (event.type === 'run/started' || event.type === 'run/finished') {
          const backend = event.roles.find(({ role }) => role === 'MatrixBackend');
          if (backend !== undefined) panel.backend(backend.detail ?? backend.name);
        }
        if (trials.take(event)) draw();
      },
    });
    const { reason, elapsedMs, trials: ended } = await run.result;
    const seconds = `${(elapsedMs / 1000).toFixed(1)} s`;
    if (reason === 'cancelled') panel.show('stopped', `Stopped after ${counted(ended.length)} and ${seconds}.`);
    else panel.show('done', `Done: ${counted(ended.length)} in ${seconds}.`);
  } catch (error) {
    if (abort.signal.aborted) panel.show('stopped', 'Stopped before the first trial was complete.');
    else {
      panel.show('failed', 'The search failed.');
      panel.notice(error instanceof Error ? error.message : String(error));
    }
  } finally {
    abort = undefined;
    busy(false);
    draw();
  }
}

const counted = (trials: number) => (trials === 1 ? '1 trial' : `${trials} trials`);

/** Draws at the next frame, once, however often it is asked. */
function drawing(trials: Trials, wanted: number): () => void {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      const { best } = trials;
      if (trials.all.length > 0) showRows(rows, trials.all, best);
      panel.best(best);
      if (abort !== undefined) panel.progress(trials, wanted);
      for (const chart of charts) chart.draw(trials.all, best);
    });
  };
}

/** Only one search at a time; the keyboard stays where it can do something. */
function busy(running: boolean): void {
  const focused = document.activeElement;
  start.disabled = running;
  stop.disabled = !running;
  for (const control of [seed, trialCount, mode]) control.disabled = running;
  if (running && focused === start) stop.focus();
  if (!running && (focused === stop || focused === document.body)) start.focus({ preventScroll: true });
}
