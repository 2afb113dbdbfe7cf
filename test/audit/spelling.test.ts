/** What a description says of servers that spell WebAuthn's JSON in their own way. */
import { describe, expect, it } from 'vitest';
import { fromBase64, toBase64, withBytes } from '../../src/audit/targets/base64.ts';
import { filled, filledHeaders } from '../../src/audit/targets/placeholders.ts';
import { describedTarget } from '../../src/entries/audit.ts';

const RESPONSE = {
  id: '-_8',
  rawId: '-_8',
  type: 'public-key',
  response: { clientDataJSON: 'e30', signature: 'AA' },
  clientExtensionResults: {},
};

describe('bytes in base64', () => {
  it('are spelled with padding in a response, whose id stays as WebAuthn has it', () => {
    expect(withBytes(RESPONSE, toBase64)).toEqual({
      ...RESPONSE,
      rawId: '+/8=',
      response: { clientDataJSON: 'e30=', signature: 'AA==' },
    });
  });

  it('are read in options, padded or not', () => {
    const options = {
      challenge: '+/8=',
      rp: { id: 'a+b' },
      user: { id: 'AA', name: 'a=' },
      excludeCredentials: [{ type: 'public-key', id: '//8=' }],
    };
    expect(withBytes(options, fromBase64)).toEqual({
      challenge: '-_8',
      rp: { id: 'a+b' },
      user: { id: 'AA', name: 'a=' },
      excludeCredentials: [{ type: 'public-key', id: '__8' }],
    });
  });

  it('stay as they are where a fault has made something else of them', () => {
    const odd = { ...RESPONSE, rawId: ['-_8'], response: { signature: 'A', clientDataJSON: 7 } };
    expect(withBytes(odd, toBase64)).toEqual(odd);
  });
});

describe('a placeholder', () => {
  it('names a member of a value by a JSON Pointer', () => {
    const template = { credential_id: '{response/rawId}', proof: { sig: '{response/response/signature}' } };
    expect(filled(template, { response: RESPONSE })).toEqual({ credential_id: '-_8', proof: { sig: 'AA' } });
    expect(filled({ ...template, handle: '{response/response/userHandle}' }, { response: 7 })).toEqual({
      proof: {},
    });
    expect(filled('id={response/rawId}', { response: RESPONSE })).toBe('id=-_8');
  });

  it('without a value leaves its header out, and no half of a token is sent', () => {
    const headers = { authorization: 'Bearer {token}', 'x-stage': 'test' };
    expect(filledHeaders(headers, {})).toEqual({ 'x-stage': 'test' });
    expect(filledHeaders(headers, { token: 't' })).toEqual({ authorization: 'Bearer t', 'x-stage': 'test' });
  });
});

const CEREMONY = { options: { path: '/o' }, result: { path: '/r' } };
const DESCRIPTION = { url: 'http://localhost', registration: CEREMONY, authentication: CEREMONY };

describe('a description', () => {
  it.each([
    [{ whoami: { path: '/me', pointer: '/id', body: {} } }, 'whoami: expected no body and no form with GET'],
    [
      { registration: { ...CEREMONY, options: { path: '/o', method: 'get', form: {} } } },
      'registration.options: expected no body and no form with GET, got an object',
    ],
    [{ before: [{ path: '/b', body: {}, form: {} }] }, 'before[0]: expected either body or form'],
    [{ before: [{ path: '/b', method: 'P OST' }] }, 'before[0].method: expected a method such as POST'],
    [
      { registration: { ...CEREMONY, result: { path: '/r', success: { equals: true } } } },
      'registration.result.success: expected a pointer beside equals, got an object',
    ],
    [
      { before: [{ path: '/b', take: { code: 'match:(' } }] },
      'before[0].take.code: expected a regular expression with a group, such as match:code is (\\d+), got "match:("',
    ],
    [
      { before: [{ path: '/b', take: { code: 'match:code' } }] },
      'expected a regular expression with a group',
    ],
    [
      { registration: { ...CEREMONY, options: { path: '/o', body: { deep: [{ user: '{usrname}' }] } } } },
      'registration.options.body.deep[0].user: there is no placeholder {usrname}; did you mean {username}? There are: username,',
    ],
    [
      { headers: { authorization: 'Bearer {tokn}' }, before: [{ path: '/b', take: { token: '/token' } }] },
      'headers.authorization: there is no placeholder {tokn}; did you mean {token}?',
    ],
    [
      { before: [{ path: '/b/{anything}' }] },
      'before[0].path: there is no placeholder {anything}; There are: username,',
    ],
    [{ encoding: 'hex' }, 'encoding: expected'],
  ])('is refused with its place: %j', (more, message) => {
    expect(() => describedTarget({ ...DESCRIPTION, ...more })).toThrow(message);
  });

  it('may have braces of its own in a body, and names of accounts and of what is taken', () => {
    const query = 'mutation { begin(user: "{username}") {challenge} {other} }';
    const target = describedTarget({
      ...DESCRIPTION,
      accounts: [
        { username: 'ada', tenant: 'a' },
        { username: 'grace', tenant: 'b' },
      ],
      registration: {
        options: {
          path: '/{tenant}/o',
          body: { query },
          as: { challenge: '{answer/c}' },
          take: { flow: '/f' },
        },
        result: { path: '/r/{flow}' },
      },
    });
    expect(target.kind).toBe('description');
  });
});
