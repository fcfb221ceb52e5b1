/**
 * How many threads a back end works with on large layers, and why.
 */
import type { ThreadHost } from '../thread-host.js';

/** More threads than this have little to do in a layer of some hundred units. */
const MOST = 8;

/** A number of threads, and what led to it, in a few words: empty where somebody asked for it. */
export interface ThreadCount {
  readonly threads: number;
  readonly why: string;
}

/** All cores up to eight, or as many as are wanted; one where the host has no more. */
export function threadCount(
  wanted: number | 'auto',
  { cores, first, obstacle }: Omit<ThreadHost, 'start' | 'maySleep'>,
): ThreadCount {
  if (wanted === 1) return { threads: 1, why: '' };
  if (obstacle !== undefined) return { threads: 1, why: obstacle };
  if (wanted !== 'auto') return { threads: wanted, why: '' };
  if (!first) return { threads: 1, why: 'it shares the cores with other threads' };
  const threads = Math.min(cores, MOST);
  return { threads, why: threads < cores ? `of ${cores} cores` : cores === 1 ? 'one core' : `${cores} cores` };
}
