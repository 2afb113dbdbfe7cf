// A property is tried for a moment only: thousands of mutants are to be judged, and most die at the first value.
import fc from 'fast-check';

fc.configureGlobal({ interruptAfterTimeLimit: 300, markInterruptAsFailure: false });
