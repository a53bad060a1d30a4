module.exports = { ...require('../../../jest.preset.js'), displayName: 'deployments-monitor', rootDir: __dirname };
