module.exports = { ...require('../../../jest.preset.js'), displayName: 'relay-last', rootDir: __dirname };
