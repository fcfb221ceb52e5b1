/**
 * What threads that share the memory do together: a piece of work is cut into parts, and whoever is free takes the next
 * one. A thread that sleeps, comes late or never came takes none, so nobody waits for it.
 *
 * The ticket is one word: the number of the work (32 bits), how many parts it has and which is next (16 each). A part is
 * taken by changing the ticket. So whoever has taken one knows that the work on the board is the one that it belongs to:
 * the next is put up only when all parts of this one are done.
 *
 * Builds for one thread hold nothing of this.
 */
import { board } from './scratch';

/** On cache lines of their own. Threads that wait for a ticket other than the one that they saw sleep on it. */
const TICKET: usize = 0;
const DONE: usize = 64;
const PRESENT: usize = 128;
const ASLEEP: usize = 192;
/** Which function does a part; what it reads stands behind. */
const WORK: usize = 256;
const ARGUMENTS: usize = 264;

/** Looks at the ticket before a thread sleeps: some 50 us, more than lies between two products of a step. */
const LOOKS: i32 = 30_000;
/** While others have the core that a part needs: in ns, which count as so many looks. */
const NAP: i64 = 100_000;

/** Imported. Called when a thread has taken a part and does not finish it; throws. */
declare function lost(): void;

/** How often to look at what is done before a thread counts as lost; 0 where there are no others. */
let patience: f64 = 0;
/** Whether this thread may sleep: a page's main thread must not. */
let naps: bool = false;

/** From now on others may help this instance, with so much patience, or no longer. */
export function gather(looks: f64, maySleep: i32): void {
  patience = looks;
  naps = maySleep !== 0;
}

/** How many threads work together, this one included. */
export function threads(): i32 {
  if (ASC_FEATURE_THREADS) return patience > 0 ? 1 + atomic.load<i32>(board() + PRESENT) : 1;
  return 1;
}

/** Where the arguments of the next work go, up to 248 bytes. */
export function workArguments(): usize {
  return board() + ARGUMENTS;
}

/** Does all parts of a work, together; only from the thread that is helped, and not from within a part. */
export function together(parts: i32, work: (part: i32) => void): void {
  if (ASC_FEATURE_THREADS) {
    const at = board();
    store<i32>(at, work.index, WORK);
    atomic.store<i32>(at + DONE, 0);
    const number = (atomic.load<u64>(at + TICKET) >> 32) + 1;
    atomic.store<u64>(at + TICKET, (number << 32) | ((<u64>parts) << 16));
    if (atomic.load<i32>(at + ASLEEP) > 0) atomic.notify(at + TICKET, parts - 1);
    takeParts(at);
    awaitParts(at + DONE, parts);
  }
}

function awaitParts(at: usize, parts: i32): void {
  let looks: f64 = 0;
  let done = atomic.load<i32>(at);
  while (done < parts) {
    if (looks > patience) lost();
    if (!naps || looks < LOOKS) {
      looks++;
    } else {
      atomic.wait<i32>(at, done, NAP); // nobody notifies: it ends by itself
      looks += <f64>NAP;
    }
    done = atomic.load<i32>(at);
  }
}

/** Helps for good: the thread does nothing else. */
export function serve(): void {
  if (ASC_FEATURE_THREADS) {
    const at = board();
    atomic.add<i32>(at + PRESENT, 1);
    for (;;) {
      const seen = takeParts(at);
      let looks = 0;
      while (atomic.load<u64>(at + TICKET) === seen && looks < LOOKS) looks++;
      if (looks < LOOKS) continue;
      // whoever puts up work reads ASLEEP after it changed the ticket: it sees the sleeper, or the sleeper the change
      atomic.add<i32>(at + ASLEEP, 1);
      atomic.wait<u64>(at + TICKET, seen, -1);
      atomic.sub<i32>(at + ASLEEP, 1);
    }
  }
}

/** Takes parts until none is left; gives back the ticket that says so. */
function takeParts(at: usize): u64 {
  let ticket = atomic.load<u64>(at + TICKET);
  while (next(ticket) < partsOf(ticket)) {
    if (atomic.cmpxchg<u64>(at + TICKET, ticket, ticket + 1) === ticket) {
      call_indirect<void>(load<i32>(at, WORK), next(ticket));
      atomic.add<i32>(at + DONE, 1);
    }
    ticket = atomic.load<u64>(at + TICKET);
  }
  return ticket;
}

function next(ticket: u64): i32 {
  return <i32>(ticket & 0xffff);
}

function partsOf(ticket: u64): i32 {
  return <i32>((ticket >> 16) & 0xffff);
}
