import { referenceLinearAlgebra } from '@tangentlab/tensor';
import { linearAlgebraLaws } from '@tangentlab/testkit';

linearAlgebraLaws('reference', () => referenceLinearAlgebra);
