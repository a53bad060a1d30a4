module.exports = { ...require('../../../jest.preset.js'), displayName: 'signal-httpserv', rootDir: __dirname };
