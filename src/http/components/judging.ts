/** What is answered about faults, and by a relying party's checks. */
import { anyObject, anyText, array, boolean, type Components, just, ref, whole } from '../shapes.ts';

export const ofJudging: Components = {
  Fault: {
    description: 'One way in which a ceremony can be wrong; docs/faults.md.',
    type: 'object',
    properties: {
      id: anyText,
      title: anyText,
      subject: anyText,
      ceremony: { type: 'string', enum: ['registration', 'authentication'] },
      kind: { type: 'string', enum: ['attack', 'control', 'observation'] },
      severity: anyText,
      step: anyObject,
      gain: anyText,
      check: anyText,
      needs: array(anyText),
      guard: anyText,
    },
    required: ['id', 'title', 'subject', 'ceremony', 'kind', 'severity', 'step', 'gain', 'check', 'needs'],
  },
  VerificationStep: just(
    {
      number: { ...whole, description: 'Of the step in section 7.1 or 7.2 of WebAuthn.' },
      name: anyText,
      title: anyText,
      url: anyText,
      outcome: { type: 'string', enum: ['passed', 'failed', 'skipped', 'not-reached'] },
      expected: anyText,
      got: anyText,
    },
    'number',
    'name',
    'title',
    'url',
    'outcome',
  ),
  Verdict: {
    description: 'What a relying party’s checks come to.',
    ...just(
      {
        ceremony: { type: 'string', enum: ['registration', 'authentication'] },
        verified: { ...boolean, description: 'Whether every check that was on has passed.' },
        steps: array(ref('VerificationStep')),
        failed: ref('VerificationStep'),
        credential: { ...anyObject, description: 'What to store; to be given with the next sign-in.' },
        attestation: anyObject,
      },
      'ceremony',
      'verified',
      'steps',
    ),
  },
  AuditResult: {
    type: 'object',
    description: 'What an audit comes to, as stuntkey audit --json prints it; docs/audit.md.',
    properties: {
      version: { type: 'integer' },
      catalogue: anyText,
      target: anyObject,
      outcome: { type: 'string', enum: ['complete', 'inconclusive', 'interrupted', 'broken'] },
      reason: anyText,
      byEffect: boolean,
      controls: array(anyObject),
      results: array(anyObject),
      notTried: array(anyText),
      tests: { ...array(anyObject), description: 'With the profile fido-server: FIDO’s tests by their IDs.' },
    },
    required: ['version', 'catalogue', 'target', 'outcome', 'controls', 'results', 'notTried'],
  },
};
