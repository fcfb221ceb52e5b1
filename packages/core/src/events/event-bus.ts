/**
 * The bus of a run: queued, replaying, guarded.
 *
 * Queued: an event published while another is being delivered waits its turn, so that all subscribers see one order and
 * nobody is called from within his own `next`.
 * Replaying: a late subscriber first gets the last `replay` events, then the live ones, without gap or repetition.
 * Guarded: a named subscriber that throws is detached and reported; the others and the run do not notice.
 */
import { Observable, Subscription } from 'rxjs';
import { ConfigError } from '../errors.js';

/** What a guarded subscriber may implement. */
export interface GuardedObserver<T> {
  next?(value: T): void;
  complete?(): void;
}

interface Listener<T> {
  /** Position in the stream of the next event to deliver. */
  cursor: number;
  readonly guarded: boolean;
  next(value: T): void;
  complete(): void;
}

/** A hot stream of events with bounded memory. */
export class EventBus<T> {
  readonly #ring: T[] = [];
  readonly #replay: number;
  readonly #listeners = new Set<Listener<T>>();
  readonly #onFailure: (name: string, error: unknown) => void;
  /** The guarded subscribers that listen, or did so until the end. */
  readonly #named = new Set<{ readonly name: string }>();
  /** Published from within a subscriber, and not yet in the ring; empty whenever nothing is being delivered. */
  #queue: T[] = [];
  /** Events that went into the ring so far; it holds the last `replay` of them. */
  #published = 0;
  #completed = false;
  #draining = false;

  /**
   * @param onFailure Told of a guarded subscriber that threw, after it was detached. Must not throw itself.
   * @param replay How many events a late subscriber gets, at least 1. Memory is bounded by them.
   * @throws ConfigError CONFIG_INVALID unless `replay` is an integer of at least 1.
   */
  constructor(onFailure: (name: string, error: unknown) => void, replay = 4096) {
    if (!Number.isSafeInteger(replay) || replay < 1) {
      const expected = 'an integer of at least 1 is needed';
      throw new ConfigError('CONFIG_INVALID', {
        where: 'replay',
        expected,
        got: String(replay),
        todo: 'set it to one',
      });
    }
    this.#replay = replay;
    this.#onFailure = onFailure;
  }

  /** Who listens: the names of the guarded subscribers (at the end still, if they stayed), and how many others. */
  get listeners(): { readonly named: readonly string[]; readonly raw: number } {
    const named = [...this.#named].map(({ name }) => name);
    const live = [...this.#listeners].filter(({ guarded }) => !guarded).length;
    return { named, raw: live };
  }

  /** Delivers an event to everyone. Safe to call from within a subscriber. *Cost*: O(subscribers). */
  publish(event: T): void {
    if (this.#completed) return;
    if (this.#draining) {
      this.#queue.push(event);
      return;
    }
    // everybody has seen what the ring holds: the event needs no queue
    this.#append(event);
    this.#drain();
  }

  /** Ends the stream, once everything published has been delivered. */
  complete(): void {
    this.#completed = true;
    this.#drain();
  }

  /** The stream with RxJS' own rules: an observer that throws is reported by RxJS as an uncaught error. */
  asObservable(): Observable<T> {
    return new Observable((observer) =>
      this.#listen({ guarded: false, next: (event) => observer.next(event), complete: () => observer.complete() }),
    );
  }

  /** Subscribes a named observer that may throw without hurting anyone. */
  subscribe(name: string, observer: GuardedObserver<T> | ((value: T) => void)): Subscription {
    const told: GuardedObserver<T> = typeof observer === 'function' ? { next: observer } : observer;
    const subscription = new Subscription();
    const guarded = (deliver: () => void) => {
      if (subscription.closed) return;
      try {
        deliver();
      } catch (error) {
        subscription.unsubscribe();
        this.#onFailure(name, error);
      }
    };
    const entry = { name };
    this.#named.add(entry);
    subscription.add(() => this.#named.delete(entry));
    subscription.add(
      this.#listen({
        guarded: true,
        next: (event) => guarded(() => told.next?.(event)),
        complete: () => guarded(() => told.complete?.()),
      }),
    );
    return subscription;
  }

  #listen(handlers: Omit<Listener<T>, 'cursor'>): Subscription {
    const listener: Listener<T> = { ...handlers, cursor: Math.max(0, this.#published - this.#replay) };
    this.#listeners.add(listener);
    // a subscriber that joins from within another's `next` is served by the drain loop that is already running
    this.#drain();
    return new Subscription(() => this.#listeners.delete(listener));
  }

  #drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    try {
      // one at a time: what leaves a full ring has then been seen by all, and nobody sees an answer before the others
      // see the question
      do {
        this.#catchUp();
        if (this.#queue.length === 0) continue;
        const batch = this.#queue;
        this.#queue = [];
        for (const event of batch) {
          this.#append(event);
          this.#catchUp();
        }
      } while (this.#queue.length > 0 || this.#completeOne());
    } finally {
      this.#draining = false;
    }
  }

  #append(event: T): void {
    this.#ring[this.#published % this.#replay] = event;
    this.#published++;
  }

  /** Delivers until every listener has seen all of the ring, also those that join meanwhile. */
  #catchUp(): void {
    for (let behind = true; behind; ) {
      behind = false;
      for (const listener of this.#listeners) {
        if (listener.cursor >= this.#published) continue;
        const event = this.#ring[listener.cursor % this.#replay] as T;
        listener.cursor++;
        listener.next(event);
        behind = true;
      }
    }
  }

  /** Completes the first listener, if the stream has ended. It may bring in new ones, which want their replay first. */
  #completeOne(): boolean {
    const [listener] = this.#listeners;
    if (!this.#completed || listener === undefined) return false;
    this.#listeners.delete(listener);
    listener.complete();
    return true;
  }
}
