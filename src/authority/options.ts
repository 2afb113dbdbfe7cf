/** How an authority is made. */
import { check, exactly, flag, type MembersOf, maybe, oneOf, type Shape, text } from '../base/shape.ts';

/** What is wrong with an authority's chains, on purpose. */
const FLAWS = ['expired', 'not-yet-valid', 'revoked', 'wrong-aaguid', 'self-made'] as const;
type ChainFlaw = (typeof FLAWS)[number];

/** How an authority is made. */
export interface AuthorityOptions {
  /** The seed of its keys and serial numbers. Default: a public one. */
  readonly seed?: string;
  /** Your own root: its certificate (PEM) and its private key (PKCS#8 in PEM, ES256). */
  readonly root?: { readonly certificate: string; readonly privateKey: string };
  /** Whether leaves are issued by an intermediate. Default: true. */
  readonly intermediate?: boolean;
  /** Another intermediate of the same root, by its name. Default: the one that all have. */
  readonly branch?: string;
  /** Whether chains end with the root's own certificate where products' do (Android's). Default: true. */
  readonly sendsRoot?: boolean;
  /** What is wrong with the chains, for tests of refusal. Default: nothing. */
  readonly flaw?: ChainFlaw;
  /** The URL of revocation lists in certificates. Default: none. */
  readonly crlUrl?: string;
}

const members = (): MembersOf<AuthorityOptions> => ({
  seed: maybe(text({ secret: true })),
  root: maybe(
    exactly(
      { certificate: text(), privateKey: text({ secret: true }) },
      'a root: { certificate, privateKey }, both in PEM',
    ),
  ),
  intermediate: maybe(flag),
  branch: maybe(text()),
  sendsRoot: maybe(flag),
  flaw: maybe(oneOf(FLAWS)),
  crlUrl: maybe(text()),
});

const shape: Shape<AuthorityOptions> = exactly(members, 'the options of an authority');

/** @throws StuntkeyError `bad-options` that names the option: a misspelled flaw would make right chains */
export function checkedOptions(given: AuthorityOptions): AuthorityOptions {
  return check(shape, given, 'bad-options');
}
