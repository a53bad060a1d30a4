module.exports = { ...require('../../../jest.preset.js'), displayName: 'signal-imed', rootDir: __dirname };
