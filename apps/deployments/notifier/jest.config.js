module.exports = { ...require('../../../jest.preset.js'), displayName: 'deployments-notifier', rootDir: __dirname };
