/** Whether a server believes metadata that it should not: it has loaded the BLOBs on trial, each of which describes one model. */
import { modelOnTrial, type Trial } from '../../authority/trials.ts';
import type { Fault } from '../fault.ts';
import { registrationStep } from '../steps.ts';
import { commonOf, made } from './attestation.ts';
import { registrations } from './define.ts';

function of(trial: Trial) {
  return {
    id: `metadata-${trial}`,
    change: made('packed', (draft) => {
      draft.aaguid = modelOnTrial(trial);
    }),
  };
}

const common = {
  ...commonOf('packed', '8.2', 'sctn-packed-attestation'),
  step: registrationStep(23),
  needs: ['attestation', 'trust', 'metadata'],
  check:
    'Verify a BLOB as the FIDO Metadata Service says before anything in it is believed, and look at the statuses.',
} as const;

export const metadataFaults: readonly Fault[] = [
  ...registrations(
    'metadata',
    {
      ...common,
      kind: 'observation',
      severity: 'info',
      gain: 'Which models a server takes is up to it.',
      check: 'Nothing has to be done about it.',
    },
    [{ ...of('good'), title: 'a model that metadata describes' }],
  ),
  ...registrations('metadata', { ...common, severity: 'medium', baseline: 'metadata-good' }, [
    {
      ...of('status'),
      title: 'a model whose keys have been found out, by its metadata',
      guard: 'attestation.trust.status',
    },
    {
      ...of('signature'),
      title: 'a model that only metadata with a wrong signature describes',
      guard: 'metadata.signature',
    },
    {
      ...of('chain'),
      title: 'a model that only metadata of another root describes',
      guard: 'metadata.chain',
    },
    {
      ...of('revoked-intermediate'),
      title: 'a model that only metadata describes whose issuer was revoked',
      guard: 'metadata.revoked',
    },
    {
      ...of('revoked-signer'),
      title: 'a model that only metadata describes whose signer was revoked',
      guard: 'metadata.revoked',
    },
  ]),
];
