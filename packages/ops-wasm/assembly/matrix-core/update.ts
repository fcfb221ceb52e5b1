/**
 * Penalties and the step of the optimizer on parameters that are updated alike; long stretches by several threads, since
 * every parameter is updated by itself.
 */
import { accumulate, accumulateSign, softThreshold } from './elementwise';
import { Network, Segment } from './network';
import { optimizerStep } from './optimizers';
import { threads, together, workArguments } from './team';

/** So many parameters, some 10 us of them, are worth the while of several threads. */
const SHARED: i32 = 16384;
/** Parameters in a cache line: no two stretches share one. */
const GRAIN: i32 = 16;
const PARTS_PER_THREAD: i32 = 2;

/** What the parts of an update have in common. */
@unmanaged
class Update {
  net: usize;
  segment: usize;
  stretch: i32;
  lr: f64;
}

/** One step on a segment, at this learning rate. */
export function updateSegment(net: Network, segment: Segment, lr: f64): void {
  if (ASC_FEATURE_THREADS) {
    if (segment.count >= SHARED && threads() > 1) {
      shareSegment(net, segment, lr);
      return;
    }
  }
  updateStretch(net, segment, lr, 0, segment.count);
}

function shareSegment(net: Network, segment: Segment, lr: f64): void {
  const whole = changetype<Update>(workArguments());
  const parts = threads() * PARTS_PER_THREAD;
  const stretch = ((segment.count + parts - 1) / parts + GRAIN - 1) & -GRAIN;
  whole.net = changetype<usize>(net);
  whole.segment = changetype<usize>(segment);
  whole.stretch = stretch;
  whole.lr = lr;
  together((segment.count + stretch - 1) / stretch, oneStretch);
}

function oneStretch(part: i32): void {
  const whole = changetype<Update>(workArguments());
  const segment = changetype<Segment>(whole.segment);
  const first = part * whole.stretch;
  updateStretch(changetype<Network>(whole.net), segment, whole.lr, first, min(whole.stretch, segment.count - first));
}

/** `count` parameters of a segment, from its `first` on. */
function updateStretch(net: Network, segment: Segment, lr: f64, first: i32, count: i32): void {
  const from = segment.from + ((<usize>first) << 2);
  const theta = net.parameters + from;
  const gradient = net.gradients + from;
  const rate = lr * segment.rate;
  const penalised = segment.penalised !== 0;
  if (penalised && net.l2 > 0) accumulate(net.l2, theta, gradient, count);
  if (penalised && net.l1 > 0 && !net.proximal) accumulateSign(net.l1, theta, gradient, count);
  optimizerStep(
    net.optimizer,
    theta,
    gradient,
    net.first + from,
    net.second + from,
    count,
    rate,
    net.steps,
    net.a,
    net.b,
    net.epsilon,
    segment.decay,
  );
  if (penalised && net.l1 > 0 && net.proximal) softThreshold(rate * net.l1, theta, count);
}
