/**
 * Milliseconds that nothing takes unless it hangs. It is handed to whatever has a limit of its own, so that a busy machine decides no
 * verdict; vitest's own limit, which ends what hangs, is longer still.
 */
export const PATIENCE = 600_000;
