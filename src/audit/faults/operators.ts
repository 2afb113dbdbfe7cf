/** Objects where a name or an ID belongs: a query takes them for operators of a database, such as MongoDB's. */
import { base64url } from '../../base/base64url.ts';
import { type Fault, NotApplicable } from '../fault.ts';
import type { AssertionDraft } from '../forge/draft.ts';
import { authenticationStep } from '../steps.ts';
import { authentications } from './define.ts';

/** What matches a text and no other, put in several ways. */
const SAYING: readonly (readonly [name: string, say: (text: string) => object])[] = [
  ['equal', (text) => ({ $eq: text })],
  ['list', (text) => ({ $in: [text] })],
  ['range', (text) => ({ $gte: text, $lte: text })],
  ['pattern', (text) => ({ $regex: `^${text}$` })],
];

/** Objects that match a text, each by other operators. */
export const operatorsFor = (text: string): readonly object[] => SAYING.map(([, say]) => say(text));

function saysId(id: (own: string) => unknown, rawId = id): (draft: AssertionDraft) => void {
  return (draft) => {
    draft.response = (json) => {
      const own = base64url(draft.credentialId);
      json.id = id(own);
      json.rawId = rawId(own);
      return json;
    };
  };
}

const other = {
  scene: 'other-user-discoverable',
  needs: ['json', 'discoverable-sign-in', 'second-session'],
  baseline: 'discoverable',
  severity: 'critical',
} as const;

export const operatorFaults: readonly Fault[] = authentications(
  'operators',
  {
    step: authenticationStep(6),
    severity: 'high',
    guard: 'operators',
    needs: ['json'],
    gain: 'The sender of a request writes the query: "the first account that is not mine" is one.',
    check: 'Look up nothing by a value that is no text: check types first, or wrap what was sent in $eq.',
  },
  [
    ...SAYING.map(([name, say]) => ({
      id: `operator-id-${name}`,
      title: `an object of operators for the ID, ${JSON.stringify(say('ID'))}`,
      change: saysId(say),
    })),
    {
      id: 'operator-id-not-own',
      title: 'any ID but the own one for the account, and the own one as rawId',
      ...other,
      change: saysId(
        (own) => ({ $ne: own }),
        (own) => own,
      ),
    },
    {
      id: 'operator-user-handle-not-own',
      title: 'any user handle but the own one',
      ...other,
      change(draft: AssertionDraft) {
        const { userId } = draft.credential;
        if (userId === undefined) throw new NotApplicable('the credential has no user handle');
        draft.response = (json) => {
          json.response.userHandle = { $ne: base64url(userId) };
          return json;
        };
      },
    },
  ],
);
