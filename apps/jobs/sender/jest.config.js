module.exports = { ...require('../../../jest.preset.js'), displayName: 'jobs-sender', rootDir: __dirname };
