/** A whole device in a browser's page: `navigator.credentials` asks a client in the same page, and no process beside it. */
import { Authenticator } from '../authenticator/authenticator.ts';
import { policyFromJson } from '../authenticator/policy/json.ts';
import { StuntkeyError } from '../base/stuntkey-error.ts';
import { WebAuthnClient } from '../client/client.ts';
import type { Answers } from '../page/answers.ts';
import { furnish, type PageGlobal } from '../page/furnish.ts';
import { Changes } from '../page/graft.ts';
import { isHere } from '../page/here.ts';
import { localAnswers } from '../page/local.ts';
import { PageClient } from '../page/page-client.ts';
import { type Surroundings, surroundingsOf } from '../page/surroundings.ts';
import { userScriptOf } from '../person/script.ts';
import { ScriptedUser } from '../person/user.ts';
import { domException, type Realm, realmOf } from '../webauthn/realm.ts';
import { KeptStore, type TextStorage } from './kept-store.ts';
import { checkedDevice, type PageDeviceOptions } from './options.ts';
import { prepare, scripts, withStranger } from './states.ts';

interface Window extends PageGlobal {
  readonly isSecureContext?: boolean;
  readonly location: { readonly origin: string; readonly hostname: string };
  readonly sessionStorage: TextStorage;
}

/** A device in a page. */
export interface PageDevice {
  readonly authenticator: Authenticator;
  /** The person, who can be told what to do next. */
  readonly user: ScriptedUser;
  /** Puts the page back as it was; calls under way are aborted. Calling it again does nothing. */
  close(): void;
}

/**
 * Gives the page that it runs in a device of its own, until it is closed.
 *
 * @throws StuntkeyError `bad-options` that names the option; `bad-origin` in a page that is no secure context, which has no WebAuthn;
 *   `already-installed` where a device answers the page already
 *
 * @example
 * ```ts
 * import { openPageDevice } from 'stuntkey/inject';
 * const device = openPageDevice({ state: 'cancelled' });
 * await navigator.credentials.get({ publicKey: { challenge: new Uint8Array(32) } }).catch((error) => {
 *   console.log(error.name); // NotAllowedError
 * });
 * device.close();
 * ```
 */
export function openPageDevice(given: PageDeviceOptions = {}): PageDevice {
  const options = checkedDevice(given);
  const page = globalThis as unknown as Window;
  if (page.isSecureContext !== true)
    throw new StuntkeyError(
      'bad-origin',
      `expected a page at https:// or on localhost, got ${(page.location as Window['location'] | undefined)?.origin ?? 'no page'}: browsers have no WebAuthn elsewhere`,
    );
  let leave = (): void => {};
  const already = isHere(page, (end) => {
    leave = end;
  });
  if (already)
    throw new StuntkeyError(
      'already-installed',
      'expected a page without stuntkey in it; close that device first',
    );
  try {
    return opened(page, options, () => leave());
  } catch (error) {
    leave();
    throw error;
  }
}

function opened(page: Window, options: PageDeviceOptions, leave: () => void): PageDevice {
  const { state = 'ready', model, policy, seed, keep } = options;
  const user = new ScriptedUser(options.user === undefined ? scripts[state] : userScriptOf(options.user));
  const authenticator = new Authenticator({
    user,
    ...(keep === 'tab' && { store: new KeptStore(page.sessionStorage) }),
    ...(model !== undefined && { model }),
    ...(policy !== undefined && { policy: policyFromJson(policy) }),
    ...(seed !== undefined && { seed }),
  });
  const realm = realmOf(page);
  const around = surroundingsOf(page);
  const { origin, hostname } = page.location;
  const { crossOrigin, topOrigin } = around;
  const client = new WebAuthnClient({
    origin,
    authenticator,
    crossOrigin,
    ...(topOrigin !== undefined && { topOrigin }),
  });
  const ceremonies = state === 'wrongAccount' ? withStranger(client, authenticator, hostname) : client;
  const ready = prepare(authenticator, state);
  const local = localAnswers(realm, new PageClient(origin, [authenticator], ceremonies, undefined));
  const { answers, end } = ending(realm, around, ready, local);
  const changes = new Changes();
  furnish(page, realm, changes, answers);
  return {
    authenticator,
    user,
    close() {
      leave();
      changes.undo();
      end();
    },
  };
}

/** The same answers, as the page's surroundings allow them, from a device that is ready; the calls under way can be ended. */
function ending(
  realm: Realm,
  around: Surroundings,
  ready: Promise<void>,
  local: Answers,
): { readonly answers: Answers; readonly end: () => void } {
  const underWay = new Set<() => void>();
  const answers: Answers = {
    ...local,
    ceremony(op, publicKey, how, resolve, reject) {
      const refused = around.refusal(realm, op);
      if (refused !== undefined) {
        reject(refused);
        return { cancel() {} };
      }
      let cancel: ((reason: unknown) => void) | undefined;
      let over = false;
      const end = (): void => {
        const error = domException(realm, 'AbortError', 'The operation was aborted.');
        stop(error);
        reject(error);
      };
      const stop = (reason: unknown): void => {
        over = true;
        underWay.delete(end);
        cancel?.(reason);
      };
      underWay.add(end);
      const done =
        <T>(settle: (value: T) => void) =>
        (value: T): void => {
          underWay.delete(end);
          if (!over) settle(value);
        };
      void ready.then(() => {
        if (over) return;
        ({ cancel } = local.ceremony(op, publicKey, how, done(resolve), done(reject)));
      }, done(reject));
      return { cancel: stop };
    },
  };
  return {
    answers,
    end: () => {
      for (const one of [...underWay]) one();
    },
  };
}
