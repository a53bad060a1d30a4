module.exports = { ...require('../../../jest.preset.js'), displayName: 'relay-first', rootDir: __dirname };
