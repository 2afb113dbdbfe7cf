/** What a device in a page, and a bridge, are made with. */
import { type ModelName, models } from '../authenticator/models/registry.ts';
import { type PolicyJson, policyJsonShape } from '../authenticator/policy/schema.ts';
import { check, exactly, maybe, oneOf, type Shape, such, text } from '../base/shape.ts';
import { StuntkeyError } from '../base/stuntkey-error.ts';
import { type UserScriptJson, userScriptJsonShape } from '../person/script.ts';
import { type PageState, pageStates } from './states.ts';

/** Options of a device in a page: all JSON. */
export interface PageDeviceOptions {
  /** A known product to behave like; see docs/models.md. */
  readonly model?: ModelName;
  /** The manufacturer's decisions, in JSON; see docs/policy.md. */
  readonly policy?: PolicyJson;
  /** What the person does. Default: approves everything. */
  readonly user?: UserScriptJson;
  /** A situation by its name, instead of `user`. Default: `ready`. */
  readonly state?: PageState;
  /** How long credentials are kept: as long as the document, or, in its sessionStorage, as long as the tab. Default: `document`. */
  readonly keep?: 'document' | 'tab';
  /** Derives every random value from this text, and makes signatures deterministic. */
  readonly seed?: string;
}

const deviceShape: Shape<PageDeviceOptions> = exactly({
  model: maybe(oneOf(Object.keys(models) as ModelName[])),
  policy: maybe(policyJsonShape),
  user: maybe(userScriptJsonShape),
  state: maybe(oneOf(pageStates)),
  keep: maybe(oneOf(['document', 'tab'])),
  seed: maybe(text()),
}) as Shape<PageDeviceOptions>;

/** @throws StuntkeyError `bad-options` that names the option */
export function checkedDevice(given: PageDeviceOptions): PageDeviceOptions {
  const options = check(deviceShape, given, 'bad-options');
  if (options.state !== undefined && options.user !== undefined)
    throw new StuntkeyError(
      'bad-options',
      'expected state or user, got both: a state says what the person does',
    );
  return options;
}

/** Options of a bridge to an HTTP door. */
export interface BridgeScriptOptions {
  /** Where the door is, such as `http://127.0.0.1:8100`, or a named authenticator behind it: `…/authenticators/ada`. */
  readonly url: string;
  /** The bridge's token, `bridgeToken` of the door. */
  readonly token: string;
}

const bridgeShape: Shape<BridgeScriptOptions> = exactly({
  url: such(text(), isDoorUrl, 'the address of an HTTP door, such as http://127.0.0.1:8100, without a query'),
  token: text({
    pattern: /^[\w.~+/-]{16,512}$/,
    what: "the bridge's token, 16 to 512 characters",
    secret: true,
  }),
}) as Shape<BridgeScriptOptions>;

function isDoorUrl(given: string): boolean {
  if (!URL.canParse(given)) return false;
  const { protocol, search, hash, username, password } = new URL(given);
  return /^https?:$/.test(protocol) && [search, hash, username, password].every((part) => part === '');
}

/** @throws StuntkeyError `bad-options` that names the option */
export function checkedBridge(given: BridgeScriptOptions): BridgeScriptOptions {
  const { url, token } = check(bridgeShape, given, 'bad-options');
  return { url: new URL(url).href.replace(/\/+$/, ''), token };
}
