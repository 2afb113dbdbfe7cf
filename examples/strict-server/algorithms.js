// What the strict server asks for. Keys of ML-DSA come last: a key that has more than one algorithm takes the first that it has.
const CLASSICAL = [-8, -7, -257];
const ML_DSA = [-48, -49, -50];
const RS1 = -65535;

/**
 * `pubKeyCredParams` of the options.
 *
 * @param {readonly number[] | undefined} wanted COSE numbers; default: all that it can verify
 * @param {ReadonlySet<string>} off guards that are off
 */
export function algorithmsAsked(wanted, off) {
  const ready = off.has('registration.options.post-quantum') ? [] : ML_DSA;
  const right = wanted ?? [...CLASSICAL, ...ready];
  const asked = off.has('registration.options.algorithms') ? [...right, RS1] : right;
  return asked.map((alg) => ({ type: 'public-key', alg }));
}
