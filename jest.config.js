/** Every unit and integration test in one run: npx jest. The end-to-end tests (apps/e2e) have a run of their own: one system at a time. */
module.exports = {
  projects: ['<rootDir>/libs/*/jest.config.js', '<rootDir>/apps/*/*/jest.config.js', '<rootDir>/tools/jest.config.js', '<rootDir>/bench/jest.config.js'],
};
