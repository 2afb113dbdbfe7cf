/** Before each file: what fast-check draws is the same in each run. Another number draws something else: `FAST_CHECK_SEED=2 npm test`. */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env.FAST_CHECK_SEED ?? 1) });
