// How the strict server says no.

/** Says no, and by which guard. */
export class Refusal extends Error {
  /** @param {string} guard @param {string} message */
  constructor(guard, message) {
    super(`${guard}: ${message}`);
    this.guard = guard;
  }
}

/** A refusal is an answer too. @param {() => any} work */
export async function answered(work) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { status: 'failed', errorMessage: error.message, guard: error.guard };
  }
}

/** @param {import('stuntkey/verify').VerificationStep | undefined} step */
export function refused(step) {
  return new Refusal(step?.name ?? 'unverified', `expected ${step?.expected}, got ${step?.got}`);
}
