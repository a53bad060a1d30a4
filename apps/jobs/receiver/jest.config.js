module.exports = { ...require('../../../jest.preset.js'), displayName: 'jobs-receiver', rootDir: __dirname };
