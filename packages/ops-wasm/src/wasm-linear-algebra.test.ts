import { linearAlgebraLaws } from '@tangentlab/testkit';
import { createLinearAlgebra } from './wasm-linear-algebra.js';

linearAlgebraLaws('wasm', createLinearAlgebra);
