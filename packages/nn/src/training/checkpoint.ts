/**
 * Checkpoints: everything that a training goes on from, as one plain record. A training resumed from one is the same as
 * one that was never interrupted, bit for bit, since random numbers are named by epoch.
 */
import { ConfigError } from '@tangentlab/core';
import type { TrainerState } from '@tangentlab/tensor';
import type { BestEpoch } from './early-stopping.js';

/** The state of a training after an epoch. Structured-clone-safe. */
export interface Checkpoint {
  readonly kind: 'tangentlab/checkpoint';
  /** The trainer that made it. */
  readonly trainer: string;
  readonly widths: readonly number[];
  /** The epochs that are done. */
  readonly epoch: number;
  readonly state: TrainerState;
  /** What early stopping remembers. */
  readonly best?: BestEpoch;
}

/** When checkpoints are made, and who takes them. */
export interface CheckpointOptions {
  /** After every so many epochs, and after the last. */
  readonly every: number;
  /** Takes a checkpoint, which nobody else holds; the training waits for its promise. */
  readonly keep: (checkpoint: Checkpoint) => void | Promise<void>;
}

/** True of what looks like a checkpoint. */
export function isCheckpoint(value: unknown): value is Checkpoint {
  return (value as Partial<Checkpoint> | null | undefined)?.kind === 'tangentlab/checkpoint';
}

/** Throws CONFIG_INVALID unless a training of this kind, model and length can go on from the checkpoint. */
export function checkCheckpoint(
  { trainer, widths, epoch }: Checkpoint,
  wanted: { readonly trainer: string; readonly widths: readonly number[]; readonly epochs: number },
): void {
  const fail = (expected: string, got: string, todo: string) => {
    throw new ConfigError('CONFIG_INVALID', { where: `${wanted.trainer}, checkpoint`, expected, got, todo });
  };
  if (trainer !== wanted.trainer) {
    fail(`it must be one of the trainer ${wanted.trainer}`, trainer, 'resume with the trainer that made it');
  }
  if (widths.join() !== wanted.widths.join()) {
    fail(
      `it must be one of widths ${wanted.widths.join('-')}`,
      widths.join('-'),
      'resume the model that it was made of',
    );
  }
  if (epoch >= wanted.epochs) {
    fail(`it must leave some of the ${wanted.epochs} epochs to do`, `one after epoch ${epoch}`, 'raise epochs');
  }
}
