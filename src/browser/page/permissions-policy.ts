/**
 * Whether a frame may call WebAuthn, if a driver does not report it: by the container's `allow` attribute and the document's own
 * header, as https://www.w3.org/TR/permissions-policy/#algo-define-inherited-policy-in-container has it. The default allowlist of
 * both features is 'self' (https://www.w3.org/TR/webauthn-3/#sctn-permissions-policy).
 */
import type { Permissions } from './caller.ts';

/** A document and the frame it is in. */
export interface Framed {
  readonly origin: string;
  /** The header of its response. */
  readonly header?: string | undefined;
  /** The document around it; absent for a page. */
  readonly container?: {
    readonly origin: string;
    readonly permissions: Permissions;
    /** The `allow` attribute of the frame's element. */
    readonly allow: string;
    /** Origin of the element's `src`. */
    readonly src: string;
  };
}

export function permissionsFor(framed: Framed): Permissions {
  return {
    create: isAllowed('publickey-credentials-create', 'create', framed),
    get: isAllowed('publickey-credentials-get', 'get', framed),
  };
}

function isAllowed(feature: string, permission: keyof Permissions, framed: Framed): boolean {
  const { origin, header, container } = framed;
  return inherited(feature, permission, origin, container) && declared(feature, origin, header);
}

function inherited(
  feature: string,
  permission: keyof Permissions,
  origin: string,
  container: Framed['container'],
): boolean {
  if (container === undefined) return true;
  if (!container.permissions[permission]) return false;
  const allowlist = directive(container.allow, feature);
  if (allowlist === undefined) return origin !== 'null' && origin === container.origin;
  // Without a list, the frame's first address is meant.
  const entries = allowlist.length === 0 ? ["'src'"] : allowlist;
  return entries.some((entry) => {
    if (entry === '*') return true;
    if (origin === 'null') return false;
    if (entry === "'self'") return origin === container.origin;
    return origin === (entry === "'src'" ? container.src : originOf(entry));
  });
}

/** The allowlist that an `allow` attribute has for a feature; the first one counts. */
function directive(allow: string, feature: string): readonly string[] | undefined {
  for (const part of allow.split(';')) {
    const [name, ...entries] = part.trim().split(/\s+/);
    if (name?.toLowerCase() === feature) return entries;
  }
  return undefined;
}

/** A structured dictionary (RFC 9651) whose members are tokens or lists; the last one of a name counts. */
function declared(feature: string, origin: string, header = ''): boolean {
  const pattern = new RegExp(`(?:^|,)\\s*${feature}\\s*=\\s*(\\([^)]*\\)|[^,\\s]+)`, 'g');
  const found = [...header.matchAll(pattern)].at(-1)?.[1];
  if (found === undefined) return true;
  const entries = found.replace(/^\(|\)$/g, '').match(/"[^"]*"|[^\s"]+/g) ?? [];
  return entries.some((entry) => {
    if (entry === '*' || entry === 'self') return true;
    return entry.startsWith('"') && originOf(entry.slice(1, -1)) === origin;
  });
}

/** The origin of an address, or `null` for an address without an origin, or a malformed one. */
export function originOf(url: string, base?: string): string {
  try {
    const { origin, protocol, host } = new URL(url, base);
    if (/^(?:chrome|moz)-extension:$/.test(protocol)) return `${protocol}//${host}`;
    return ['http:', 'https:', 'blob:'].includes(protocol) ? origin : 'null';
  } catch {
    return 'null';
  }
}
