module.exports = { ...require('../../../jest.preset.js'), displayName: 'deployments-publisher', rootDir: __dirname };
