/** A refusal as it is shown: what was expected and what came, and where that is written. */
import { CtapCommand } from '../ctap/commands.ts';

/** A reason that says both, in parts. */
export interface Parts {
  /** What the sentence is about, such as `rp.id`; empty where it does not say. */
  readonly subject: string;
  readonly expected: string;
  readonly got: string;
  /** Sentences after that one. */
  readonly more?: string;
}

/** The parts of `rp.id: expected a domain, got x`; undefined for a sentence of another form. */
export function partsOf(reason: string): Parts | undefined {
  const [, subject = '', expected, rest] = /^(?:(.*?): )?expected (.+?), got (.+)$/s.exec(reason) ?? [];
  if (expected === undefined || rest === undefined) return undefined;
  // (What came is in quotes where it can have any sentence in it.)
  const [, got, more] = /^("(?:[^"\\]|\\.)*")\. (.+)$/s.exec(rest) ?? [];
  if (got !== undefined && more !== undefined) return { subject, expected, got, more };
  return { subject, expected, got: rest.replace(/\.$/, '') };
}

/** What led to a reason, in the order in which it is shown. (A file from elsewhere may have anything in it.) */
export function causesOf(parts: Parts | undefined, causes: unknown): readonly string[] {
  const listed = Array.isArray(causes) ? causes.filter((cause) => typeof cause === 'string') : [];
  return parts?.more === undefined ? listed : [parts.more, ...listed];
}

const WEBAUTHN = 'https://www.w3.org/TR/webauthn-3/';
const CTAP =
  'https://fidoalliance.org/specs/fido-v2.3-ps-20260226/fido-client-to-authenticator-protocol-v2.3-ps-20260226.html';

/** Anchors of the sections that steps name. */
const SECTIONS: Readonly<Record<string, string>> = {
  '5.1.3': 'sctn-createCredential',
  '5.1.4': 'sctn-getAssertion',
  '5.1.8': 'sctn-parseCreationOptionsFromJSON',
  '5.1.9': 'sctn-parseRequestOptionsFromJSON',
};

/** Where a step is written; undefined for one that names no section and no command. */
export function linkOf(step: string): string | undefined {
  const section = /\((5\.1\.\d)\b/.exec(step)?.[1];
  const anchor = section === undefined ? undefined : SECTIONS[section];
  if (anchor !== undefined) return `${WEBAUTHN}#${anchor}`;
  const command = /^(authenticator\w+)/.exec(step)?.[1];
  return command !== undefined && Object.hasOwn(CtapCommand, command)
    ? `${CTAP}#${command.replace(/Preview$/, '')}`
    : undefined;
}

/** The place of the exchange that a step names, from 0; undefined where it names none. */
export function exchangeOf(step: string): number | undefined {
  const place = /\(exchange (\d+) of \d+\)$/.exec(step)?.[1];
  return place === undefined ? undefined : Number(place) - 1;
}
