/** @type {Record<string, unknown>} */
export default {
  serverExternalPackages: ['stuntkey', 'lmdb'],
  // (The test's packages are links; a project that npm installed needs no root.)
  turbopack: { root: '/' },
};
