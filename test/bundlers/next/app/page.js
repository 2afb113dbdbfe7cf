// @ts-nocheck It is Next’s, and the project has no types of React.
'use client';
// A page with a device in it.
import { createElement, useEffect, useState } from 'react';
import { Authenticator, WebAuthnClient } from 'stuntkey';

export default function Page() {
  const [made, setMade] = useState('');
  useEffect(() => {
    const client = new WebAuthnClient({ origin: location.origin, authenticator: new Authenticator() });
    const options = {
      rp: { name: 'Example' },
      user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
      challenge: 'Y2hhbGxlbmdl',
      pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
    };
    client.create(options).then(
      ({ type }) => setMade(type),
      (error) => setMade(String(error)),
    );
  }, []);
  return createElement('h1', null, `Made in the page: ${made}`);
}
