const { TestEnvironment } = require('jest-environment-node');

/**
 * Node's environment that undoes, last first, what the test file asked for with onTeardown(), after all the file's own hooks.
 * At `run_finish` the file's modules still work; in teardown() they are gone, and a client's goodbye is never answered.
 */
module.exports = class WarrenEnvironment extends TestEnvironment {
  async handleTestEvent({ name }) {
    if (name !== 'run_finish') return;
    for (const work of (this.global.warrenTeardown ?? []).reverse()) await work();
  }
};
