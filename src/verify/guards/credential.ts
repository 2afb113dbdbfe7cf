/** Steps 5 and 6 of authentication: whose credential it is. */
import { base64url } from '../../base/base64url.ts';
import type { AuthenticationContext } from '../authentication-context.ts';
import { type Guard, shown, unless } from '../guard.ts';
import { looseBase64 } from '../lenient/base64url.ts';

const spelled = (id: string): string => base64url(looseBase64(id));

/** Whether the credential belongs to another user than the one who was named before. */
function isForeignCredential({ expected: { user }, found }: AuthenticationContext): boolean {
  return typeof user === 'object' && found !== undefined && found.userHandle !== user.handle;
}

export const credentialGuards: readonly Guard<AuthenticationContext>[] = [
  {
    name: 'allow-list',
    step: 5,
    title: 'the credential is one of those allowed, if any are named',
    run(context) {
      const { id, found, options } = context;
      const allowed = options.allowCredentials ?? [];
      if (allowed.length === 0) return 'skipped';
      // Where strangers are let through, or other people, the list cannot have them.
      if (found === undefined && context.isOff('credential.known')) return 'skipped';
      if (isForeignCredential(context) && context.isOff('credential.owner')) return 'skipped';
      const ids = allowed.map((one) => spelled(one.id));
      return unless(ids.includes(id), shown(ids), () => shown(id));
    },
  },
  {
    name: 'credential.known',
    step: 6,
    title: 'the credential is registered',
    section: 'credential-record',
    run: ({ id, found }) => unless(found !== undefined, 'a registered credential', () => shown(id)),
  },
  {
    name: 'credential.owner',
    step: 6,
    title: 'the credential is that of the user who was named before',
    run(context) {
      const { user } = context.expected;
      if (typeof user !== 'object') return 'skipped';
      const { userHandle } = context.record;
      return unless(userHandle === user.handle, shown(user.handle), () => shown(userHandle));
    },
  },
  {
    name: 'user-handle.matches',
    step: 6,
    title: 'userHandle, if present, is that of the user who was named before',
    run(context) {
      const { user } = context.expected;
      const { userHandle } = context;
      if (typeof user !== 'object' || userHandle === undefined) return 'skipped';
      const theirs = userHandle === context.found?.userHandle;
      if (isForeignCredential(context) && theirs && context.isOff('credential.owner')) return 'skipped';
      return unless(userHandle === user.handle, shown(user.handle), () => shown(userHandle));
    },
  },
  {
    name: 'user-handle.present',
    step: 6,
    title: 'userHandle is present where no user was named before',
    run({ expected: { user }, userHandle }) {
      if (user !== 'from-response') return 'skipped';
      return unless(userHandle !== undefined, 'a user handle', () => 'none');
    },
  },
  {
    name: 'user-handle.owner',
    step: 6,
    title: 'userHandle is that of the credential’s owner',
    run(context) {
      const { expected, userHandle } = context;
      if (typeof expected.user === 'object' || userHandle === undefined) return 'skipped';
      const owner = context.record.userHandle;
      if (owner === undefined) return 'skipped';
      return unless(userHandle === owner, shown(owner), () => shown(userHandle));
    },
  },
];
