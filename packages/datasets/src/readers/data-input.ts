/**
 * Where a reader's bytes come from: a file, an address, a Blob, bytes or text; in Node and in browsers.
 *
 * Not a parser. Invariant: no more than the allowed bytes are taken in, and whatever goes wrong below is an error of the
 * house.
 */
import { ConfigError, isTangentError, messageOf, RunError, show } from '@tangentlab/core';

/** A path or address, an address, a file of the browser, bytes, or the text itself. */
export type DataInput = string | URL | Blob | ArrayBuffer | Uint8Array | { readonly text: string };

const ADDRESS = /^(?:https?|file|data|blob):/i;

/** The name of an input in messages and graphs. */
export function inputName(input: DataInput): string {
  if (typeof input === 'string') return input;
  if (isUrl(input)) return input.href;
  return 'text' in input && typeof input.text === 'string' ? 'text' : 'bytes';
}

/** Throws CONFIG_INVALID unless this is an input. */
export function checkInput(where: string, input: unknown): asserts input is DataInput {
  const known =
    typeof input === 'string'
      ? input !== ''
      : typeof input === 'object' &&
        input !== null &&
        (isUrl(input) || isBlob(input) || isBytes(input) || typeof (input as { text?: unknown }).text === 'string');
  if (known) return;
  throw new ConfigError('CONFIG_INVALID', {
    where,
    expected: 'a path, a URL, a Blob, bytes or { text } is needed',
    got: show(input),
    todo: 'give one of them as the first argument',
  });
}

/**
 * The bytes of an input, piece by piece.
 *
 * *Throws* CONFIG_INVALID for more than `maxBytes`, RESOURCE_FAILED for a file or address that cannot be read.
 */
export async function* inputBytes(where: string, input: DataInput, maxBytes: number): AsyncGenerator<Uint8Array> {
  let taken = 0;
  try {
    for await (const piece of piecesOf(where, input)) {
      taken += piece.byteLength;
      if (taken > maxBytes) {
        throw new ConfigError('CONFIG_INVALID', {
          where,
          expected: `at most ${maxBytes} bytes are read`,
          got: `more of ${show(inputName(input))}`,
          todo: 'raise maxBytes, or read the file in batches',
        });
      }
      yield piece;
    }
  } catch (cause) {
    if (isTangentError(cause)) throw cause;
    throw new RunError('RESOURCE_FAILED', {
      where,
      expected: `${show(inputName(input))} could not be read`,
      got: `the error "${messageOf(cause)}"`,
      todo: 'check the path or the address',
      cause,
    });
  }
}

/** All bytes of an input at once. *Throws* as `inputBytes`. */
export async function allBytes(where: string, input: DataInput, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of inputBytes(where, input, maxBytes)) {
    pieces.push(piece);
    length += piece.byteLength;
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.byteLength;
  }
  return bytes;
}

/**
 * The text of an input, piece by piece.
 *
 * *Throws* as `inputBytes`, and CONFIG_INVALID for an unknown encoding or bytes that it does not have.
 */
export async function* inputText(
  where: string,
  input: DataInput,
  { maxBytes, encoding }: { readonly maxBytes: number; readonly encoding: string },
): AsyncGenerator<string> {
  const decoder = decoderOf(where, encoding);
  const decode = (bytes?: Uint8Array): string => {
    try {
      return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
    } catch (cause) {
      const got = `bytes that it does not have in ${show(inputName(input))}`;
      const todo = 'name the right encoding, such as "latin1"';
      throw new ConfigError('CONFIG_INVALID', { where, expected: `text in ${encoding} is needed`, got, todo, cause });
    }
  };
  for await (const bytes of inputBytes(where, input, maxBytes)) yield decode(bytes);
  yield decode();
}

function decoderOf(where: string, encoding: string) {
  try {
    return new TextDecoder(encoding, { fatal: true });
  } catch (cause) {
    const todo = 'use "utf-8", "latin1" or another name of the Encoding Standard';
    throw new ConfigError('CONFIG_INVALID', { where, expected: 'a known encoding', got: show(encoding), todo, cause });
  }
}

function piecesOf(where: string, input: DataInput): AsyncIterable<Uint8Array> | Iterable<Uint8Array> {
  if (typeof input === 'string')
    return ADDRESS.test(input) ? fromAddress(where, new URL(input)) : fromPath(where, input);
  if (isUrl(input)) return fromAddress(where, input);
  if (isBlob(input)) return fromStream(input.stream());
  if (isBytes(input)) return [ArrayBuffer.isView(input) ? input : new Uint8Array(input)];
  return [new TextEncoder().encode(input.text)];
}

/** The file system, where there is one; asked for at run time, so that bundles for browsers need no stand-in. */
function fileSystem(): typeof import('node:fs') | undefined {
  const node = (globalThis as { process?: NodeJS.Process }).process;
  return node?.getBuiltinModule?.('node:fs');
}

function fromPath(where: string, path: string | URL): AsyncIterable<Uint8Array> {
  const files = fileSystem();
  if (files !== undefined) return files.createReadStream(path);
  // a browser: the path is relative to the page
  return fromAddress(where, new URL(path, (globalThis as { location?: URL }).location?.href));
}

async function* fromAddress(where: string, url: URL): AsyncGenerator<Uint8Array> {
  if (url.protocol === 'file:') return yield* fromPath(where, url);
  const answer = await fetch(url);
  if (!answer.ok || answer.body === null) {
    throw new RunError('RESOURCE_FAILED', {
      where,
      expected: `${url.href} must answer with data`,
      got: `status ${answer.status}`,
      todo: 'check the address',
    });
  }
  yield* fromStream(answer.body);
}

async function* fromStream(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  // by a reader: not every browser can iterate over a stream
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel();
  }
}

// by shape, not instanceof: they may come from another realm

function isUrl(input: object): input is URL {
  return typeof (input as Partial<URL>).href === 'string' && typeof (input as Partial<URL>).protocol === 'string';
}

function isBlob(input: object): input is Blob {
  return typeof (input as Partial<Blob>).stream === 'function';
}

function isBytes(input: object): input is ArrayBuffer | Uint8Array {
  const tag = Object.prototype.toString.call(input);
  return tag === '[object Uint8Array]' || tag === '[object ArrayBuffer]';
}
