import eslint from '@eslint/js';
import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

/** Who may import whom (docs/architecture.md). A project that no rule names may import nothing of ours. */
const imports = (sourceTag, ...tags) => ({ sourceTag, onlyDependOnLibsWithTags: tags });
const nestAndBus = ['lib:protocol', 'lib:bus', 'lib:lifecycle', 'lib:database', 'lib:service', 'lib:testing'];
/** lib:testing stands below all but protocol, so that every spec may use it: it knows services by the wire only. */
const boundaries = [
  imports('lib:protocol'),
  imports('lib:testing', 'lib:protocol'),
  imports('lib:contracts', 'lib:protocol'),
  imports('lib:database', 'lib:testing'),
  imports('lib:bus', 'lib:protocol', 'lib:database', 'lib:testing'),
  imports('lib:lifecycle', 'lib:protocol', 'lib:bus', 'lib:testing'),
  imports('lib:service', 'lib:protocol', 'lib:bus', 'lib:database', 'lib:lifecycle', 'lib:testing'),
  imports('app:warren', ...nestAndBus),
  imports('app:cli', 'lib:protocol', 'lib:testing'),
  imports('app:flow', ...nestAndBus, 'lib:contracts'),
  imports('app:e2e', ...nestAndBus),
  imports('tools', 'lib:protocol', 'lib:database', 'lib:testing'),
  imports('bench', ...nestAndBus, 'lib:contracts'),
];

const banned = (message, ...group) => ({ group, message });
const amqp = banned('Only libs/bus talks AMQP: use @warren/bus.', 'amqplib', 'amqplib/*', 'amqp-connection-manager', '@golevelup/*');
const postgres = banned('Only libs/database talks to Postgres: use @warren/database.', 'pg', 'pg-*');
const testing = banned('@warren/testing is for specs.', '@warren/testing');
const environment = { ...banned('Only a config.ts reads the environment: process.env.', 'process', 'node:process'), importNames: ['env'] };
const nest = banned('The console and the command line import it too: no Nest.', '@nestjs/*');
/** The same for import(), which no-restricted-imports does not see. */
const late = (...names) => ({ selector: `ImportExpression[source.value=/^(${names.join('|').replaceAll('/', '\\u002F')})$/]`, message: 'Only libs/bus talks AMQP, only libs/database to Postgres.' });
const only = (...patterns) => ['error', { patterns }];

export default tseslint.config(
  { ignores: ['**/dist/', '**/coverage/', '.nx/', '.warren/', '**/*.js', '**/*.mjs', '**/*.cjs'] },
  eslint.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': ['error', { depConstraints: boundaries, banTransitiveDependencies: true, enforceBuildableLibDependency: true }],
      'no-restricted-imports': only(amqp, postgres, testing, environment),
      'no-restricted-syntax': ['error', late('amqplib', 'amqp-connection-manager', '@golevelup/.*'), late('pg', 'pg-.*')],
      'no-restricted-properties': ['error', { object: 'process', property: 'env', message: 'Only a config.ts reads the environment.' }],
      '@typescript-eslint/no-floating-promises': 'error',
      // Nest declares its options as classes and takes literals.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
    },
  },
  { files: ['libs/protocol/**/*.ts'], rules: { 'no-restricted-imports': only(amqp, postgres, testing, environment, nest) } },
  { files: ['libs/bus/**/*.ts'], rules: { 'no-restricted-imports': only(postgres, testing, environment) } },
  { files: ['bench/**/*.ts', '**/*spec.ts', '**/test/**/*.ts'], rules: { 'no-restricted-imports': only(postgres) } },
  { files: ['libs/database/**/*.ts'], rules: { 'no-restricted-imports': only(amqp, environment) } },
  { files: ['tools/**/*.ts'], rules: { 'no-restricted-imports': only(amqp, postgres) } },
  { files: ['libs/testing/**/*.ts', 'apps/e2e/**/*.ts'], rules: { 'no-restricted-imports': 'off' } },
  { files: ['libs/bus/**/*.ts', 'libs/database/**/*.ts', 'libs/testing/**/*.ts', 'apps/e2e/**/*.ts', 'bench/**/*.ts', '**/*spec.ts', '**/test/**/*.ts'], rules: { 'no-restricted-syntax': 'off' } },
  { files: ['**/*.config.ts', 'tools/**/*.ts', 'bench/**/*.ts', '**/*spec.ts', '**/test/**/*.ts', 'apps/e2e/**/*.ts', 'libs/testing/**/*.ts'], rules: { 'no-restricted-properties': 'off' } },
  {
    files: ['**/*spec.ts'],
    rules: {
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
    },
  },
);
