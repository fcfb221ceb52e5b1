import { MemoryStorage, nextTurn, type RunEvent, type RunLog, type Storage } from '@tangentlab/core';
import { lawsOfStorages, type StorageSubject, storageLaws } from '@tangentlab/testkit';

storageLaws('memory', () => {
  const store = new MemoryStorage();
  return { open: async () => store, reopen: async () => store };
});

/** A store that does what `MemoryStorage` does, but for what is changed. */
interface Changes {
  readonly storage?: (memory: MemoryStorage, wrap: (log: RunLog) => RunLog) => Partial<Storage>;
  readonly log?: (inner: RunLog, memory: MemoryStorage) => Partial<RunLog>;
  /** What a kill leaves of the store. */
  readonly kill?: (memory: MemoryStorage) => Promise<MemoryStorage>;
}

function broken({ storage = () => ({}), log = () => ({}), kill = async (memory) => memory }: Changes): StorageSubject {
  const wrapped = (memory: MemoryStorage): Storage => {
    const wrap = (inner: RunLog): RunLog => ({
      id: inner.id,
      append: (events) => inner.append(events),
      read: () => inner.read(),
      close: () => inner.close(),
      ...log(inner, memory),
    });
    return {
      name: 'broken',
      create: async (name) => wrap(await memory.create(name)),
      open: async (id) => wrap(await memory.open(id)),
      list: () => memory.list(),
      ...storage(memory, wrap),
    };
  };
  const memory = new MemoryStorage();
  return { open: async () => wrapped(memory), reopen: async () => wrapped(await kill(memory)) };
}

/** A store with the same logs, cut. */
async function copyOf(memory: MemoryStorage, cut: (events: readonly RunEvent[]) => readonly RunEvent[]) {
  const copy = new MemoryStorage();
  for (const id of await memory.list()) {
    const log = await memory.open(id);
    await (await copy.create(id)).append(cut(await log.read()));
  }
  return copy;
}

const NAMES = 'any text is a name; one that is taken becomes name#2, name#3, ...';
const ORDER = 'read gives what was appended, in order, to every handle';
const UNKNOWN = 'an unknown id is refused with the known ones, an empty name at all';
const CLOSED = 'closing twice is harmless; a closed log takes and gives nothing';
const WRITERS = 'of two that write one log, the second is told';
const KILL = 'after a kill everything acknowledged is there, and the log goes on';
const BITS = 'values survive bit for bit: NaN, infinities, -0, any text, any name';

/** As a store does that writes JSON and nothing else. */
const throughJson = (events: readonly RunEvent[]) => JSON.parse(JSON.stringify(events)) as RunEvent[];

describe('storageLaws reject', () => {
  test.each<[string, string, Changes]>([
    [
      'a second run in the log of the first',
      NAMES,
      {
        storage: (memory, wrap) => ({
          create: async (name) => wrap(await memory.open(name).catch(() => memory.create(name))),
        }),
      },
    ],
    [
      'names that are changed',
      NAMES,
      { storage: (memory, wrap) => ({ create: async (name) => wrap(await memory.create(name.replaceAll('/', '_'))) }) },
    ],
    [
      'a list by name',
      'lists the ids of all logs, the oldest first',
      { storage: (memory) => ({ list: async () => [...(await memory.list())].sort() }) },
    ],
    ['the last event first', ORDER, { log: (inner) => ({ read: async () => [...(await inner.read())].reverse() }) }],
    ['a lost event', ORDER, { log: (inner) => ({ append: (events) => inner.append(events.slice(0, 1999)) }) }],
    [
      'calls in another order',
      ORDER,
      {
        log: (inner) => {
          let calls = 0;
          return {
            append: async (events) => {
              if (++calls % 3 === 0) await nextTurn();
              await inner.append(events);
            },
          };
        },
      },
    ],
    [
      'values that are taken later',
      'an append takes its values at the call',
      {
        log: (inner) => ({
          append: async (events) => {
            await nextTurn();
            await inner.append(events);
          },
        }),
      },
    ],
    [
      'half of a batch',
      'a batch that cannot be stored leaves nothing of it',
      {
        log: (inner) => ({
          append: async (events) => {
            for (const event of events) await inner.append([event]);
          },
        }),
      },
    ],
    [
      'what cannot be stored left out in silence',
      'a batch that cannot be stored leaves nothing of it',
      {
        log: (inner) => ({
          append: (events) =>
            inner.append(
              throughJson(
                events.filter((e) => !JSON.stringify(e, (_, v) => (typeof v === 'bigint' ? 'n' : v)).includes('"n"')),
              ),
            ),
        }),
      },
    ],
    [
      'one list for all logs',
      'logs that are written at the same time do not mix',
      {
        storage: (memory, wrap) => {
          const first = memory.create('a');
          return { create: async () => wrap(await first) };
        },
      },
    ],
    [
      'two writers that mix',
      WRITERS,
      { log: (inner, memory) => ({ append: async (events) => (await memory.open(inner.id)).append(events) }) },
    ],
    [
      'a log that an unknown id creates',
      UNKNOWN,
      {
        storage: (memory, wrap) => ({
          open: async (id) => wrap(await memory.open(id).catch(() => memory.create(id || 'x'))),
        }),
      },
    ],
    [
      'a raw error for an unknown id',
      UNKNOWN,
      {
        storage: (memory, wrap) => ({
          open: async (id) =>
            wrap(
              await memory.open(id).catch(() => {
                throw new TypeError('undefined is not a log');
              }),
            ),
        }),
      },
    ],
    [
      'an empty name',
      UNKNOWN,
      { storage: (memory, wrap) => ({ create: async (name) => wrap(await memory.create(name || 'unnamed')) }) },
    ],
    [
      'an error on closing twice',
      CLOSED,
      {
        log: (inner) => {
          let open = true;
          return {
            close: async () => {
              if (!open) throw new Error('closed already');
              open = false;
              await inner.close();
            },
          };
        },
      },
    ],
    ['a log that is never closed', CLOSED, { log: () => ({ close: async () => undefined }) }],
    ['JSON without a word for NaN', BITS, { log: (inner) => ({ read: async () => throughJson(await inner.read()) }) }],
    [
      'a lost -0',
      BITS,
      {
        log: (inner) => ({
          read: async () =>
            (await inner.read()).map(
              (event) =>
                structuredClone({
                  ...event,
                  ...('values' in event && event.values !== null && !Array.isArray(event.values)
                    ? {
                        values: Object.fromEntries(
                          Object.entries(event.values).map(([k, v]) => [k, (v as number) + 0]),
                        ),
                      }
                    : {}),
                }) as RunEvent,
            ),
        }),
      },
    ],
    [
      'an acknowledged event lost in a kill',
      KILL,
      { kill: (memory) => copyOf(memory, (events) => events.slice(0, 600)) },
    ],
    ['everything lost in a kill', KILL, { kill: async () => new MemoryStorage() }],
    [
      'half of a batch left by a kill',
      'a kill during an append leaves its batch whole, or not at all',
      { kill: (memory) => copyOf(memory, (events) => events.slice(0, 250)) },
    ],
    [
      'curves that are not kept',
      'a run resumed from every prefix of its log ends in the same result, and in the same log',
      { log: (inner) => ({ read: async () => (await inner.read()).filter(({ type }) => type !== 'trial/metric') }) },
    ],
    [
      'warnings that are written twice',
      'a run resumed from every prefix of its log ends in the same result, and in the same log',
      {
        log: (inner) => ({
          append: (events) =>
            inner.append(
              events.flatMap((e) => (e.type === 'trial/warning' && e.trial === 1 && events.length < 8 ? [e, e] : [e])),
            ),
        }),
      },
    ],
  ])('%s', async (_, name, changes) => {
    const law = lawsOfStorages().find((candidate) => candidate.name === name)!;
    await expect((async () => law.check(() => broken(changes)))()).rejects.toBeDefined();
  });

  test('nothing of a store that is wrapped and not broken', async () => {
    for (const law of lawsOfStorages()) await law.check(() => broken({}));
  });
});
