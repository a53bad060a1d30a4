module.exports = { ...require('../../../jest.preset.js'), displayName: 'signal-orig', rootDir: __dirname };
