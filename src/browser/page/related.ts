/**
 * Fetches the related origins of other sites for mode `page` (https://www.w3.org/TR/webauthn-3/#sctn-validating-relation-origin). The page
 * cannot: its own requests fall under CORS and its policies, and those of a browser's WebAuthn do not.
 */
import type { Fetch } from '../../webauthn/related-origins.ts';
import type { CdpSession } from '../cdp-session.ts';

type Response = Awaited<ReturnType<Fetch>>;

/** The most that is read of a list, in bytes. */
const LONGEST = 1 << 20;

/**
 * By the browser itself, in the same browser context, so with its proxies, certificates and resolver: from a hidden target, for a page's
 * frame would lend the request its policies. No cookies, no Origin, no Referer go along.
 */
export function fetchThroughBrowser(root: CdpSession, browserContextId?: string): Fetch {
  return async (url) => {
    const { targetId } = (await root.send('Target.createTarget', {
      url: 'about:blank',
      hidden: true,
      ...(browserContextId !== undefined && { browserContextId }),
    })) as { targetId: string };
    try {
      const { sessionId } = (await root.send('Target.attachToTarget', { targetId, flatten: true })) as {
        sessionId: string;
      };
      const session = root.child(sessionId);
      if (session === undefined) throw new Error(`no session at the hidden target for ${url}`);
      return await load(session, url);
    } finally {
      await root.send('Target.closeTarget', { targetId }).catch(() => undefined);
    }
  };
}

/** https://chromedevtools.github.io/devtools-protocol/tot/Network/#type-LoadNetworkResourcePageResult */
interface Resource {
  readonly success: boolean;
  readonly netErrorName?: string;
  readonly httpStatusCode?: number;
  readonly stream?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function load(session: CdpSession, url: string): Promise<Response> {
  const { frameTree } = (await session.send('Page.getFrameTree')) as { frameTree: { frame: { id: string } } };
  const { resource } = (await session.send('Network.loadNetworkResource', {
    frameId: frameTree.frame.id,
    url,
    options: { disableCache: false, includeCredentials: false },
  })) as { resource: Resource };
  const { httpStatusCode, stream, netErrorName } = resource;
  if (httpStatusCode === undefined)
    throw new Error(`${url} could not be fetched: ${netErrorName ?? 'no answer'}`);
  const text = stream === undefined ? '' : await read(session, stream);
  const headers = new Headers(resource.headers);
  return { status: httpStatusCode, url: '', headers, text: async () => text };
}

async function read(session: CdpSession, handle: string): Promise<string> {
  const parts: Buffer[] = [];
  for (let length = 0; length <= LONGEST; ) {
    const { data, base64Encoded, eof } = (await session.send('IO.read', { handle })) as {
      data: string;
      base64Encoded?: boolean;
      eof: boolean;
    };
    const part = Buffer.from(data, base64Encoded ? 'base64' : 'utf8');
    parts.push(part);
    length += part.length;
    if (eof) break;
  }
  await session.send('IO.close', { handle });
  return Buffer.concat(parts).toString();
}

/** The most redirects that are followed, as fetch has it. */
const MOST_REDIRECTS = 20;

/** By Node, where a driver has no way through the browser: over https alone, redirects included. */
export const fetchFromNode: Fetch = async (url, { signal }) => {
  let at = new URL(url);
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    if (at.protocol !== 'https:') throw new Error(`${url} redirects to ${at.href}, which is not https`);
    const response = await fetch(at, {
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      redirect: 'manual',
      ...(signal !== undefined && { signal }),
    }).catch((error: unknown) => {
      throw signal?.aborted ? error : explained(error);
    });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status > 399 || location === null) return response;
    await response.body?.cancel();
    at = new URL(location, at);
  }
  throw new Error(`${url} redirects more than ${MOST_REDIRECTS} times`);
};

/** Node's error without its shell, "fetch failed"; for a certificate with the way out. */
function explained(error: unknown): Error {
  const { cause } = error as { cause?: unknown };
  const { message, code } = (cause ?? error) as { message: string; code?: unknown };
  const ofCertificate = /CERT|VERIFY/.test(String(code));
  const hint = ofCertificate ? ' (NODE_EXTRA_CA_CERTS names further roots that Node trusts)' : '';
  return new Error(`${message}${hint}`, { cause: error });
}
