import { backendLaws, networkLaws } from '@tangentlab/testkit';
import { createBackend } from './wasm.js';

backendLaws('wasm', () => createBackend());
networkLaws('wasm', () => createBackend());
