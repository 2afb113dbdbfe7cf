/**
 * Callers that are not web pages: apps and browser extensions. Their origins have no domain that an RP ID could follow from.
 * The site (Android, iOS, macOS) or the extension's own manifest says which RP IDs they may use. It is handed in, as the files
 * have it; nothing is fetched. docs/decisions/064-apps.md has the rules.
 */
import { fromBase64url } from '../base/base64url.ts';
import { hex } from '../base/bytes.ts';
import { anything, exactly, listOf, maybe, recordOf, type Shape, text } from '../base/shape.ts';
import { webAuthnError } from '../webauthn/errors.ts';
import type { Origin } from '../webauthn/origin.ts';
import { isHost, registrableLabel } from '../webauthn/rp-id.ts';

/** What allows an app to use an RP ID. */
export interface AppOptions {
  /** For an origin `android:apk-key-hash:…`: by RP ID, the content of `https://<RP ID>/.well-known/assetlinks.json`. */
  readonly assetLinks?: Readonly<Record<string, unknown>>;
  /** For an app for iOS or macOS, whose origin is `https://<RP ID>`: team and bundle, such as `A1B2C3D4E5.com.example.app`. */
  readonly applicationId?: string;
  /** For that app: by RP ID, the content of `https://<RP ID>/.well-known/apple-app-site-association`. */
  readonly associatedDomains?: Readonly<Record<string, unknown>>;
  /** For an origin `chrome-extension:` or `moz-extension:`: `host_permissions` of its manifest, such as `https://*.example.com/*`. */
  readonly hostPermissions?: readonly string[];
}

/** A match pattern that is about sites. */
export const MATCH_PATTERN: RegExp = /^(?:<all_urls>|(?:\*|https?):\/\/(?:\*|(?:\*\.)?[^/*]+)\/.*)$/;

export const appShape: Shape<AppOptions> = exactly(() => ({
  assetLinks: maybe(recordOf(anything, 'the contents of assetlinks.json by RP ID')),
  applicationId: maybe(
    text({
      pattern: /^[A-Z0-9]{10}\.[A-Za-z0-9.-]+$/,
      what: 'team and bundle of an app, such as A1B2C3D4E5.com.example.app',
    }),
  ),
  associatedDomains: maybe(recordOf(anything, 'the contents of apple-app-site-association by RP ID')),
  hostPermissions: maybe(
    listOf(
      text({
        pattern: MATCH_PATTERN,
        what: 'a match pattern such as https://*.example.com/*',
      }),
      'an array of match patterns',
    ),
  ),
}));

/** Whether a caller is an app, or an extension. */
export function isApp(origin: Origin, app: AppOptions | undefined): boolean {
  return origin.app !== undefined || app?.applicationId !== undefined;
}

/** The RP ID of an app's request. @throws DOMException SecurityError that says what is missing */
export function appsRpId(
  origin: Origin,
  app: AppOptions,
  asked: string | undefined,
): string | Promise<string> {
  if (asked === undefined && origin.domain !== undefined) return appsRpId(origin, app, origin.domain);
  if (isOwnOfExtension(origin, asked)) return origin.serialized;
  if (asked === undefined)
    throw refused(`${origin.serialized} has no domain: expected an RP ID in the options, got none`);
  if (!isHost(asked)) throw refused(`expected a domain as RP ID, got ${JSON.stringify(asked)}`);
  const missing = missingFor(origin, app, asked);
  if (missing !== undefined) throw refused(missing);
  return origin.app === 'extension' ? noPublicSuffix(asked) : asked;
}

/**
 * An extension of Chrome has an RP ID of its own, by default and for its ID: its whole origin, which no site can have. The device is
 * asked for that (seen in Chromium 156).
 */
function isOwnOfExtension({ serialized }: Origin, asked: string | undefined): boolean {
  const [, id] = /^chrome-extension:\/\/(.+)$/.exec(serialized) ?? [];
  return id !== undefined && (asked === undefined || asked === id);
}

/** `https://*.co.uk/*` permits hosts below co.uk, and no RP ID that all of them would share. */
async function noPublicSuffix(rpId: string): Promise<string> {
  if (rpId !== 'localhost' && (await registrableLabel(rpId)) === undefined)
    throw refused(`${rpId} is a public suffix: expected a domain below it`);
  return rpId;
}

function refused(why: string): DOMException {
  return webAuthnError(
    'SecurityError',
    `The relying party ID is not this app's to use: ${why}.`,
    new Error(why),
  );
}

/** What is missing for it to use the RP ID. */
function missingFor(origin: Origin, app: AppOptions, rpId: string): string | undefined {
  if (origin.app === 'android') {
    if (isLinked(own(app.assetLinks, rpId), origin.serialized)) return undefined;
    return `expected app.assetLinks[${JSON.stringify(rpId)}] with a statement that grants ${HANDLE_ALL_URLS} to the app with the certificate ${fingerprint(origin.serialized)}`;
  }
  if (origin.app === 'extension') {
    if (app.hostPermissions?.some((pattern) => matches(pattern, rpId))) return undefined;
    return `expected app.hostPermissions with a pattern for https://${rpId}/, got ${app.hostPermissions?.join(', ') ?? 'none'}`;
  }
  if (rpId !== origin.domain) return `an app's origin is https://${rpId} then, got ${origin.serialized}`;
  if (isAssociated(own(app.associatedDomains, rpId), app.applicationId)) return undefined;
  return `expected app.associatedDomains[${JSON.stringify(rpId)}] with webcredentials.apps that has ${app.applicationId}`;
}

function own(files: Readonly<Record<string, unknown>> | undefined, rpId: string): unknown {
  return files !== undefined && Object.hasOwn(files, rpId) ? files[rpId] : undefined;
}

/** Passkeys need this relation; `get_login_creds`, which is often beside it, is about passwords. */
const HANDLE_ALL_URLS = 'delegate_permission/common.handle_all_urls';

interface Statement {
  readonly relation?: unknown;
  readonly target?: { readonly namespace?: unknown; readonly sha256_cert_fingerprints?: unknown } | null;
}

function isLinked(statements: unknown, origin: string): boolean {
  if (!Array.isArray(statements)) return false;
  const certificate = fingerprint(origin);
  return statements.some((statement: Statement | null) => {
    const { relation, target } = statement ?? {};
    const fingerprints = target?.sha256_cert_fingerprints;
    return (
      Array.isArray(relation) &&
      relation.includes(HANDLE_ALL_URLS) &&
      target?.namespace === 'android_app' &&
      Array.isArray(fingerprints) &&
      fingerprints.some((one) => String(one).toUpperCase() === certificate)
    );
  });
}

/** The certificate's hash as asset links have it: hex with colons. */
function fingerprint(origin: string): string {
  const hash = fromBase64url(origin.slice(origin.lastIndexOf(':') + 1));
  return hex(hash).toUpperCase().match(/../g)?.join(':') ?? '';
}

function isAssociated(file: unknown, applicationId: string | undefined): boolean {
  const apps = (file as { webcredentials?: { apps?: unknown } } | null | undefined)?.webcredentials?.apps;
  return Array.isArray(apps) && apps.includes(applicationId);
}

/** https://developer.chrome.com/docs/extensions/develop/concepts/match-patterns, as far as hosts go. */
function matches(pattern: string, host: string): boolean {
  if (pattern === '<all_urls>') return true;
  const [, scheme, wanted = ''] = /^(\*|https?):\/\/([^/]*)\//.exec(pattern) ?? [];
  if (scheme !== '*' && scheme !== 'https') return false;
  if (wanted === '*' || wanted === host) return true;
  return wanted.startsWith('*.') && (host === wanted.slice(2) || host.endsWith(wanted.slice(1)));
}
