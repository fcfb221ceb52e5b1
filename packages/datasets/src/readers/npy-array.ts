/**
 * NumPy's file format for one array, versions 1 to 3, as numbers in f64.
 *
 * Our own reader: npyjs 1.2.0 takes no big-endian numbers, leaves Fortran order to its caller and answers a file that is cut
 * short with a RangeError. Not for arrays of texts, records, complex numbers or Python objects. Invariant: values come in
 * row-major order whatever the order of the file; a file that is cut short or too long is refused.
 */
import { ConfigError, show } from '@tangentlab/core';

/** An array of numbers. */
export interface NumberArray {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly values: Float64Array;
}

/** How one element is read, and its bytes. */
interface ElementType {
  readonly bytes: number;
  read(view: DataView, at: number, little: boolean): number;
}

const ELEMENTS: Readonly<Record<string, ElementType>> = {
  b1: { bytes: 1, read: (view, at) => (view.getUint8(at) === 0 ? 0 : 1) },
  i1: { bytes: 1, read: (view, at) => view.getInt8(at) },
  u1: { bytes: 1, read: (view, at) => view.getUint8(at) },
  i2: { bytes: 2, read: (view, at, little) => view.getInt16(at, little) },
  u2: { bytes: 2, read: (view, at, little) => view.getUint16(at, little) },
  i4: { bytes: 4, read: (view, at, little) => view.getInt32(at, little) },
  u4: { bytes: 4, read: (view, at, little) => view.getUint32(at, little) },
  i8: { bytes: 8, read: (view, at, little) => safe(view.getBigInt64(at, little)) },
  u8: { bytes: 8, read: (view, at, little) => safe(view.getBigUint64(at, little)) },
  f4: { bytes: 4, read: (view, at, little) => view.getFloat32(at, little) },
  f8: { bytes: 8, read: (view, at, little) => view.getFloat64(at, little) },
};

/** The header of a file. */
interface NpyHeader {
  readonly element: ElementType;
  readonly little: boolean;
  readonly fortran: boolean;
  readonly shape: readonly number[];
  /** Where the values begin. */
  readonly start: number;
}

/**
 * The array of a file.
 *
 * *Cost*: O(bytes). *Source*: NumPy enhancement proposal 1, and the module `numpy.lib.format`.
 * @throws ConfigError CONFIG_INVALID for bytes that are no such file, and for integers beyond 2^53.
 */
export function parseNpy(where: string, bytes: Uint8Array): NumberArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { element, little, fortran, shape, start } = headerOf(where, bytes, view);
  const count = shape.reduce((product, size) => product * size, 1);
  if (bytes.byteLength !== start + count * element.bytes) {
    const got = `${bytes.byteLength - start}`;
    throw invalid(where, `shape (${shape}) needs ${count * element.bytes} bytes of values`, got, 'save the file again');
  }
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const value = element.read(view, start + i * element.bytes, little);
    if (element.bytes === 8 && value === UNSAFE) {
      throw invalid(where, 'integers must lie within 2^53', `a larger one at ${i}`, 'save them as floats');
    }
    values[i] = value;
  }
  return { shape, values: fortran ? rowMajor(values, shape) : values };
}

// no integer has this value, and floats are not checked for it
const UNSAFE = Number.NEGATIVE_INFINITY;

function safe(value: bigint): number {
  return BigInt(Number(value)) === value ? Number(value) : UNSAFE;
}

function headerOf(where: string, bytes: Uint8Array, view: DataView): NpyHeader {
  const magic = String.fromCharCode(...bytes.subarray(0, 6));
  const version = bytes[6] ?? 0;
  if (magic !== '\x93NUMPY' || bytes.byteLength < 12 || version < 1 || version > 3) {
    throw invalid(where, 'a NumPy file of version 1 to 3 is needed', show(magic), 'save the array with numpy.save');
  }
  const [from, length] = version === 1 ? [10, view.getUint16(8, true)] : [12, view.getUint32(8, true)];
  const text = new TextDecoder('latin1').decode(bytes.subarray(from, from + length));
  const descr = /'descr':\s*'([<>|=])(\w\d+)'/.exec(text);
  const shape = /'shape':\s*\(([\d,\s]*)\)/.exec(text);
  const order = /'fortran_order':\s*(True|False)/.exec(text);
  const element = descr === null || !Object.hasOwn(ELEMENTS, descr[2]!) ? undefined : ELEMENTS[descr[2]!];
  if (shape === null || order === null || element === undefined || from + length > bytes.byteLength) {
    const known = Object.keys(ELEMENTS).join(', ');
    throw invalid(where, `a header with one of the types ${known} is needed`, show(text.trim()), 'convert it in NumPy');
  }
  return {
    element,
    little: descr![1] !== '>',
    fortran: order[1] === 'True',
    shape: shape[1]!.split(',').flatMap((size) => (size.trim() === '' ? [] : [Number(size)])),
    start: from + length,
  };
}

/** Column-major values in row-major order. */
function rowMajor(values: Float64Array, shape: readonly number[]): Float64Array {
  const moved = new Float64Array(values.length);
  for (let i = 0; i < moved.length; i++) {
    let [rest, at] = [i, 0];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const size = shape[axis]!;
      const before = shape.slice(0, axis).reduce((product, n) => product * n, 1);
      at += (rest % size) * before;
      rest = Math.floor(rest / size);
    }
    moved[i] = values[at]!;
  }
  return moved;
}

function invalid(where: string, expected: string, got: string, todo: string): ConfigError {
  return new ConfigError('CONFIG_INVALID', { where, expected, got, todo });
}
