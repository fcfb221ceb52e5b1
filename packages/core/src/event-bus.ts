/**
 * The bus of a run: queued, replaying, guarded.
 *
 * Queued: an event published while another is being delivered waits its turn, so that all subscribers see one order.
 * Replaying: a late subscriber first gets the last `replay` events, then the live ones, without gap or repetition.
 * Guarded: a named subscriber that throws is detached and reported; the others and the run do not notice.
 */
import { Observable, Subscription } from 'rxjs';

/** What a guarded subscriber may implement. */
export interface GuardedObserver<T> {
  next?(value: T): void;
  complete?(): void;
}

interface Listener<T> {
  /** Position in the stream of the next event to deliver. */
  cursor: number;
  next(value: T): void;
  complete(): void;
}

/** A hot stream of events with bounded memory. */
export class EventBus<T> {
  readonly #ring: T[] = [];
  readonly #replay: number;
  readonly #listeners = new Set<Listener<T>>();
  readonly #onFailure: (name: string, error: unknown) => void;
  /** Events published so far; the ring holds the last `replay` of them. */
  #published = 0;
  #completed = false;
  #draining = false;

  /**
   * @param replay How many events a late subscriber gets, at least 1. Memory is bounded by them.
   * @param onFailure Told of a guarded subscriber that threw, after it was detached.
   */
  constructor(onFailure: (name: string, error: unknown) => void, replay = 4096) {
    this.#replay = replay;
    this.#onFailure = onFailure;
  }

  /** Delivers an event to everyone. Safe to call from within a subscriber. *Cost*: O(subscribers). */
  publish(event: T): void {
    if (this.#completed) return;
    this.#makeRoom();
    this.#ring[this.#published % this.#replay] = event;
    this.#published++;
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
      this.#listen({ next: (event) => observer.next(event), complete: () => observer.complete() }),
    );
  }

  /** Subscribes a named observer that may throw without hurting anyone. */
  subscribe(name: string, observer: GuardedObserver<T>): Subscription {
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
    subscription.add(
      this.#listen({
        next: (event) => guarded(() => observer.next?.(event)),
        complete: () => guarded(() => observer.complete?.()),
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

  /** A full ring may only lose its oldest event when nobody waits for it: a nested publish can outrun the drain loop. */
  #makeRoom(): void {
    const oldest = this.#published - this.#replay;
    if (oldest < 0) return;
    for (const listener of this.#listeners) {
      while (listener.cursor <= oldest && this.#listeners.has(listener)) this.#deliver(listener);
    }
  }

  #drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    try {
      // event by event over all listeners, so that nobody sees an answer before the others see the question
      for (let behind = true; behind; ) {
        behind = false;
        for (const listener of this.#listeners) {
          if (listener.cursor >= this.#published) continue;
          this.#deliver(listener);
          behind = true;
        }
      }
      if (!this.#completed) return;
      for (const listener of this.#listeners) {
        this.#listeners.delete(listener);
        listener.complete();
      }
    } finally {
      this.#draining = false;
    }
  }

  #deliver(listener: Listener<T>): void {
    const event = this.#ring[listener.cursor % this.#replay] as T;
    listener.cursor++;
    listener.next(event);
  }
}
