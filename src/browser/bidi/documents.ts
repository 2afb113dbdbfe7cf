/**
 * The caller, as WebDriver BiDi knows it: the realm's origin, the frames around it, and their permissions, as the document itself reports
 * them (Chromium), or by the attributes of the frames' elements (Firefox, which knows no header for them).
 */
import type { AppOptions } from '../../client/app.ts';
import type { Caller, Permissions } from '../page/caller.ts';
import { isExtension, permissionsIn, READ_MANIFEST } from '../page/extension.ts';
import { originOf, permissionsFor } from '../page/permissions-policy.ts';
import { type BidiConnection, type ContextInfo, type RealmInfo, treeOf } from './connection.ts';

/** The contexts from one outwards, itself first; empty if it is gone. */
function pathTo(context: string, trees: readonly ContextInfo[]): readonly ContextInfo[] {
  for (const tree of trees) {
    if (tree.context === context) return [tree];
    const below = pathTo(context, tree.children ?? []);
    if (below.length > 0) return [...below, tree];
  }
  return [];
}

/** A realm beside the page's own, in every document, with globals that the page's scripts cannot touch. */
export const SANDBOX = 'stuntkey';

const POLICY = `() => {
  const policy = document.featurePolicy;
  return policy && ['publickey-credentials-create', 'publickey-credentials-get'].map((feature) => policy.allowsFeature(feature));
}`;

export class BidiDocuments {
  readonly #connection: BidiConnection;

  constructor(connection: BidiConnection) {
    this.#connection = connection;
  }

  /** @param realm of the document itself */
  async callerOf(realm: string, context: string): Promise<Caller> {
    const path = pathTo(context, await treeOf(this.#connection));
    const realms = await Promise.all(path.map((one) => this.#realmsOf(one.context)));
    const origins = realms.map((those, place) => {
      const found = those.find((one) => (place === 0 ? one.realm === realm : one.sandbox === undefined));
      return found === undefined ? 'null' : originOf(found.origin);
    });
    const beside = realms[0]?.find(({ sandbox }) => sandbox === SANDBOX);
    const told = beside && (await this.#told(beside.realm));
    const permissions = told ?? (await this.#inherited(path, origins));
    const [origin = 'null', ...ancestors] = origins;
    const app = isExtension(origin) && beside ? await this.#ofExtension(beside.realm) : undefined;
    return { origin, ancestors, permissions, ...(app && { app }) };
  }

  /** What the manifest of a page's extension allows it. */
  async #ofExtension(realm: string): Promise<AppOptions> {
    const { result } = (await this.#connection.send('script.callFunction', {
      functionDeclaration: READ_MANIFEST,
      target: { realm },
      awaitPromise: true,
    })) as { result?: { readonly value?: unknown } };
    return permissionsIn(result?.value);
  }

  /** What a document reports of its own policy. */
  async #told(realm: string): Promise<Permissions | undefined> {
    const { result } = (await this.#connection.send('script.callFunction', {
      functionDeclaration: POLICY,
      target: { realm },
      awaitPromise: false,
    })) as { result?: { type: string; value?: readonly { value: unknown }[] } };
    if (result?.type !== 'array') return undefined;
    const [create, get] = (result.value ?? []).map(({ value }) => value === true);
    return { create: create ?? false, get: get ?? false };
  }

  async #inherited(path: readonly ContextInfo[], origins: readonly string[]): Promise<Permissions> {
    let permissions = permissionsFor({ origin: origins.at(-1) ?? 'null' });
    for (let place = path.length - 2; place >= 0; place--) {
      const around = path[place + 1] as ContextInfo;
      const { allow, src } = await this.#elementOf((path[place] as ContextInfo).context, around);
      const origin = origins[place + 1] as string;
      const container = {
        origin,
        permissions,
        allow,
        src: src === undefined ? origin : originOf(src, around.url),
      };
      permissions = permissionsFor({ origin: origins[place] as string, container });
    }
    return permissions;
  }

  async #realmsOf(context: string): Promise<readonly RealmInfo[]> {
    const result = await this.#connection.send('script.getRealms', { context, type: 'window' });
    return (result as { realms: readonly RealmInfo[] }).realms;
  }

  /** What the element of a frame says; nothing if it cannot be found. */
  async #elementOf(
    context: string,
    around: ContextInfo,
  ): Promise<{ allow: string; src?: string | undefined }> {
    const result = await this.#connection.send('browsingContext.locateNodes', {
      context: around.context,
      locator: { type: 'context', value: { context } },
    });
    const { nodes } = result as {
      nodes: readonly { value?: { attributes?: Readonly<Record<string, string>> } }[];
    };
    const { allow = '', src } = nodes[0]?.value?.attributes ?? {};
    return { allow, src };
  }
}
