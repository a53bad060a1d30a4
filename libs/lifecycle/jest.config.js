module.exports = { ...require('../../jest.preset.js'), displayName: 'lifecycle', rootDir: __dirname, testTimeout: 30_000 };
