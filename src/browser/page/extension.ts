/** Pages of extensions: what lets them use an RP ID is in the manifest, which the browser serves at their own origin. */
import { type AppOptions, MATCH_PATTERN } from '../../client/app.ts';
import type { CdpSession } from '../cdp-session.ts';

/** Runs in a world beside the page's, which no script of the page reaches. */
export const READ_MANIFEST = `() => fetch('/manifest.json').then((response) => response.text())`;

/** Whether an origin is that of an extension of Chromium. */
export const isExtension = (origin: string): boolean => origin.startsWith('chrome-extension://');

/** The hosts that an extension has permission for; none where its manifest cannot be read. */
export async function permissionsOfExtension(
  session: CdpSession,
  executionContextId: number,
): Promise<AppOptions> {
  const { result } = (await session.send('Runtime.callFunctionOn', {
    executionContextId,
    functionDeclaration: READ_MANIFEST,
    awaitPromise: true,
  })) as { result?: { readonly value?: unknown } };
  return permissionsIn(result?.value);
}

/** The hosts that a manifest has permission for. @param manifest its text, or whatever came in its place */
export function permissionsIn(manifest: unknown): AppOptions {
  try {
    const { host_permissions: patterns } = JSON.parse(String(manifest)) as { host_permissions?: unknown };
    const all: readonly unknown[] = Array.isArray(patterns) ? patterns : [];
    return {
      hostPermissions: all.filter((one): one is string => typeof one === 'string' && MATCH_PATTERN.test(one)),
    };
  } catch {
    return { hostPermissions: [] };
  }
}
