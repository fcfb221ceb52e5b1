/**
 * The program of a thread: it runs one trial after another, each from its description, and says what the trial says over
 * the trial's own port. Hosts are set up once per thread and kept. Nothing here knows the search.
 */
import { MessageChannel, type MessagePort, workerData } from 'node:worker_threads';
import { carriedError, enterTrialThread, hostTrials, type TrialDescription, type TrialHost } from '@tangentlab/core';
import { experimentOf } from './experiment-module.js';
import { HostedTrial } from './hosted-trial.js';
import type { Released, Said, ThreadData, ThreadTask } from './messages.js';

enterTrialThread();

const { root, handedOver } = workerData as ThreadData;

/** By what trials must have in common to share one. */
const hosts = new Map<string, Promise<TrialHost>>();

/**
 * Runs a trial; resolves when nothing of it goes on any more. What the trial throws is said over its port; this rejects
 * only with what stopping the trial threw.
 */
export default async function runTrial({ description, port }: ThreadTask): Promise<void> {
  try {
    let host: TrialHost;
    try {
      host = await hostFor(description, port);
    } catch (error) {
      port.postMessage({ type: 'error', error: carriedError(error) } satisfies Said);
      return;
    }
    const trial = new HostedTrial(port);
    await trial.run(host, description);
    await trial.idle();
  } finally {
    port.close();
  }
}

function hostFor(description: TrialDescription, port: MessagePort): Promise<TrialHost> {
  const { experiment, module, seed, parts, dataHash } = description;
  const key = JSON.stringify([experiment, module, seed, parts, dataHash]);
  let host = hosts.get(key);
  if (host === undefined) {
    host = setUp(description, port);
    hosts.set(key, host);
    host.catch(() => hosts.delete(key)); // a resource that is back on the next attempt is found then
  }
  return host;
}

async function setUp(description: TrialDescription, port: MessagePort): Promise<TrialHost> {
  const data = handedOver?.dataHash === description.dataHash ? handedOver : undefined;
  const host = await hostTrials(await experimentOf(description, root), description, data);
  const { port1, port2 } = new MessageChannel();
  port1.once('message', async () => {
    const failures = await host.release();
    port1.postMessage({ failures: failures.map(({ message }) => message) } satisfies Released);
    port1.close();
  });
  port.postMessage({ type: 'hosted', control: port2 } satisfies Said, [port2]);
  return host;
}
