import { backendLaws } from '@tangentlab/testkit';
import { createBackend } from './wasm.js';

backendLaws('wasm', () => createBackend());
