/** waitFor says what did not happen; Jest's own limit only ends what hangs. */
module.exports = { ...require('../../jest.preset.js'), displayName: 'e2e', rootDir: __dirname, testTimeout: 60_000 };
