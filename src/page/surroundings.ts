/**
 * What a page's script can see of its own document: the frames around it, what its permissions policy allows, whether it is in sight.
 * For pages that no driver answers, which would ask the browser instead.
 */
import { apply, ask, getterOf } from '../base/primordials.ts';
import { domException, type Realm } from '../webauthn/realm.ts';

/** The parts of the DOM that are looked at. */
interface Window {
  readonly parent?: unknown;
  readonly location?: { readonly origin?: string; readonly ancestorOrigins?: ArrayLike<string> };
  readonly navigator?: { readonly userActivation?: object };
  readonly document?: {
    readonly featurePolicy?: { allowsFeature(feature: string): boolean };
  };
  readonly Document?: { readonly prototype: object };
  readonly UserActivation?: { readonly prototype: object };
}

export interface Surroundings {
  /** Whether some frame around it is of another origin. */
  readonly crossOrigin: boolean;
  /** The origin of the outermost page, if that is another one and the browser says it. */
  readonly topOrigin: string | undefined;
  /** An error of the page's where a browser would refuse the call for what is around it. */
  refusal(realm: Realm, op: 'create' | 'get'): DOMException | undefined;
}

const FEATURES = { create: 'publickey-credentials-create', get: 'publickey-credentials-get' } as const;

export function surroundingsOf(global: object): Surroundings {
  const page = global as Window;
  const { crossOrigin, topOrigin } = framesAround(page);
  const allowed = {
    create: isAllowed(page, 'create', crossOrigin),
    get: isAllowed(page, 'get', crossOrigin),
  };
  const isHidden = getterOf(page.Document?.prototype ?? {}, 'hidden');
  const isActive = getterOf(page.UserActivation?.prototype ?? {}, 'isActive');
  const { document } = page;
  const activation = page.navigator?.userActivation;
  return {
    crossOrigin,
    topOrigin,
    refusal(realm, op) {
      const refuse = (message: string): DOMException => domException(realm, 'NotAllowedError', message);
      // https://www.w3.org/TR/webauthn-3/#sctn-permissions-policy
      if (!allowed[op])
        return refuse(`The permissions policy of this document does not allow ${FEATURES[op]}.`);
      if (op === 'get') return undefined;
      // Step 2 of create(): in a frame of another origin, registration needs a user activation.
      if (crossOrigin && ask(isActive, activation) !== true)
        return refuse('A user activation is required in a cross-origin frame.');
      // Chromium makes sure that the person sees the page that makes a credential.
      if (ask(isHidden, document) === true) return refuse('The page is out of sight: bring it to the front.');
      return undefined;
    },
  };
}

/** Some browsers list the origins around a document; elsewhere a frame of the same origin lets its own be read, and another one does not. */
function framesAround(page: Window): Pick<Surroundings, 'crossOrigin' | 'topOrigin'> {
  const own = page.location?.origin;
  const ancestors = page.location?.ancestorOrigins;
  if (ancestors !== undefined) {
    let crossOrigin = false;
    for (let i = 0; i < ancestors.length; i++) if (ancestors[i] !== own) crossOrigin = true;
    return { crossOrigin, topOrigin: crossOrigin ? ancestors[ancestors.length - 1] : undefined };
  }
  try {
    for (let at = page; at.parent !== undefined && at.parent !== at; at = at.parent as Window)
      if ((at.parent as Window).location?.origin !== own) return { crossOrigin: true, topOrigin: undefined };
    return { crossOrigin: false, topOrigin: undefined };
  } catch {
    return { crossOrigin: true, topOrigin: undefined };
  }
}

/** By the browser's own answer, or by the default of both features, which is the page's own origin. */
function isAllowed({ document }: Window, op: 'create' | 'get', crossOrigin: boolean): boolean {
  const policy = document?.featurePolicy;
  if (typeof policy?.allowsFeature !== 'function') return !crossOrigin;
  return apply(policy.allowsFeature, policy, [FEATURES[op]]) === true;
}
