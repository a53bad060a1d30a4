module.exports = { ...require('../../../jest.preset.js'), displayName: 'observer', rootDir: __dirname };
