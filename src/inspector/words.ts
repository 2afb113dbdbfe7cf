/** Numbers of the specifications by their names. */
import { algorithm } from '../decode/cose.ts';

/** `ES256`; the number where it has no name here. */
export function algorithmName(id: number): string {
  return algorithm(id).replace(/ \(-?\d+\)$/, '');
}

export const PROTECTION = {
  1: '1: verification is optional',
  2: '2: verification, or its ID is known',
  3: '3: verification is required',
} as const;
