// Stores credentials as a registration would leave them, without the time a registration takes.

/**
 * @param {import('stuntkey').Authenticator} authenticator
 * @param {number} count
 * @param {string} [rpId] one RP for all; without, everybody has their own
 */
export async function fill(authenticator, count, rpId) {
  const bytes = (/** @type {number} */ length) => crypto.getRandomValues(new Uint8Array(length));
  for (let i = 0; i < count; i++) {
    const rpIdHash =
      rpId === undefined
        ? bytes(32)
        : new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(rpId)));
    await authenticator.credentials.put({
      id: bytes(32),
      rpId: rpId ?? `shop-${i}.example`,
      rpIdHash,
      rpName: 'A shop',
      algorithm: -7,
      privateKey: bytes(32),
      publicKey: bytes(64),
      discoverable: true,
      userId: bytes(16),
      userName: `customer-${i}@example.com`,
      userDisplayName: `Customer ${i}`,
      signCount: 0,
      backupEligible: false,
      backupState: false,
      credProtect: 1,
    });
  }
}
