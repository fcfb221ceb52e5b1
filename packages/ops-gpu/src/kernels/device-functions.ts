/**
 * Functions of the language of kernels that shaders are allowed to get wrong, written out for devices: tanh overflows to
 * NaN from about 44 on, and sin and cos may be off by 2^-11 wherever they are. Kernels on the host keep the engine's own.
 */

const HALF_PI = '1.5707963267948966';
/** 2 pi as a part with so few digits that whole multiples of it are exact, and the rest. */
const [TURN, REST] = ['6.28125', '0.0019353071795864769'];
/** Beyond it, single precision does not know where in its turn a number is. */
const LARGEST_ANGLE = '10000';

/** What replaces what; each is a function of its own in the kernel's text. */
export const DEVICE_FUNCTIONS: readonly {
  readonly replaces: string;
  readonly name: string;
  readonly source: string;
}[] = [
  {
    replaces: 'Math.tanh(',
    name: 'tanhOnDevice(',
    // 1 within half a rounding from 9.02 on; NaN passes both comparisons
    source: `function tanhOnDevice(x) {
        let c = x;
        if (x > 10) { c = 10; }
        if (x < -10) { c = -10; }
        return Math.tanh(c);
      }`,
  },
  {
    replaces: 'Math.sin(',
    name: 'sinOnDevice(',
    // whole turns off, folded to a quarter, then Taylor's polynomial to x^13: 7e-10 at pi/2
    source: `function sinOnDevice(x) {
        if (Math.abs(x) > ${LARGEST_ANGLE}) { return Math.sin(x); }
        const turns = Math.floor(x * 0.15915494309189535 + 0.5);
        let r = (x - turns * ${TURN}) - turns * ${REST};
        if (r > ${HALF_PI}) { r = 3.141592653589793 - r; }
        if (r < -${HALF_PI}) { r = -3.141592653589793 - r; }
        const s = r * r;
        return r * (1 + s * (-0.16666666666666666 + s * (0.008333333333333333 + s * (-0.0001984126984126984
          + s * (0.0000027557319223985893 + s * (-0.00000002505210838544172 + s * 0.00000000016059043836821613))))));
      }`,
  },
  {
    replaces: 'Math.cos(',
    name: 'cosOnDevice(',
    source: `function cosOnDevice(x) { return sinOnDevice(x + ${HALF_PI}); }`,
  },
];

/** The text of a kernel, calling these functions instead. */
export function withDeviceFunctions(text: string): string {
  return DEVICE_FUNCTIONS.reduce((changed, { replaces, name }) => changed.replaceAll(replaces, name), text);
}
