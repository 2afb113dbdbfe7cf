// Run it with `NODE_OPTIONS=--experimental-vm-modules npx jest --config examples/testing/jest.config.js`.
// (With `testEnvironment: 'jsdom'`, put Node's TextEncoder and TextDecoder into the globals by `setupFiles`: jest's jsdom has none.)
export default {
  rootDir: '../..',
  testMatch: ['<rootDir>/examples/testing/jest.test.js'],
  transform: {},
  setupFilesAfterEnv: ['stuntkey/jest'],
};
