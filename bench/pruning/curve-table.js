/**
 * The table as a file: for each row the multiply-adds (u32), then for each epoch how many validation rows were right (u16),
 * then for each epoch the validation loss (f32), all little-endian. `curves.json` beside it says where it comes from.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { EPOCHS, ROWS } from './configurations.js';

const ROW_BYTES = 4 + EPOCHS * (2 + 4);
const FILE = new URL('curves.bin', import.meta.url);
const ABOUT = new URL('curves.json', import.meta.url);

/** The bytes of one row. */
export function packRow({ multiplyAdds, correct, valLoss }) {
  const bytes = new DataView(new ArrayBuffer(ROW_BYTES));
  bytes.setUint32(0, multiplyAdds, true);
  correct.forEach((count, epoch) => {
    bytes.setUint16(4 + 2 * epoch, count, true);
  });
  valLoss.forEach((loss, epoch) => {
    bytes.setFloat32(4 + EPOCHS * 2 + 4 * epoch, loss, true);
  });
  return Buffer.from(bytes.buffer);
}

/** The rows of a whole file. *Throws* unless there are all of them. */
export function unpackRows(file) {
  if (file.length !== ROWS * ROW_BYTES)
    throw new Error(`curves.bin: expected ${ROWS * ROW_BYTES} bytes, got ${file.length}; run make-table.js`);
  const bytes = new DataView(file.buffer, file.byteOffset, file.length);
  return Array.from({ length: ROWS }, (_, row) => {
    const start = row * ROW_BYTES;
    const epochs = Array.from({ length: EPOCHS }, (_, epoch) => epoch);
    return {
      multiplyAdds: bytes.getUint32(start, true),
      correct: epochs.map((epoch) => bytes.getUint16(start + 4 + 2 * epoch, true)),
      valLoss: epochs.map((epoch) => bytes.getFloat32(start + 4 + EPOCHS * 2 + 4 * epoch, true)),
    };
  });
}

export const hashOf = (file) => createHash('sha256').update(file).digest('hex');

/** The stored table. *Throws* if the file is not the one that `curves.json` describes. */
export function readTable() {
  const file = readFileSync(FILE);
  const about = JSON.parse(readFileSync(ABOUT, 'utf8'));
  if (hashOf(file) !== about.sha256)
    throw new Error(`curves.bin: expected sha256 ${about.sha256}, got ${hashOf(file)}; run make-table.js`);
  return unpackRows(file);
}

export { ABOUT, FILE };
