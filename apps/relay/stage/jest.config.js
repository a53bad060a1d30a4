module.exports = { ...require('../../../jest.preset.js'), displayName: 'relay-stage', rootDir: __dirname };
