/** A service as any app's main.js, for tests of processes. It runs what was built. */
const { Controller, Get, Module } = require('@nestjs/common');
const { bootstrap, WarrenModule } = require('../dist/index.js');

class Slow {
  /** Answers after so many milliseconds. */
  wait({ query }) {
    return new Promise((resolve) => setTimeout(resolve, Number(query.ms), 'waited'));
  }

  fail() {
    void Promise.reject(new Error('nobody caught this'));
    return 'failed';
  }
}
const route = (name, path) => Get(path)(Slow.prototype, name, Object.getOwnPropertyDescriptor(Slow.prototype, name));
route('wait', 'wait');
route('fail', 'fail');
require('@nestjs/common').Req()(Slow.prototype, 'wait', 0);
Controller()(Slow);

class Service {}
Module({ imports: [WarrenModule.forRoot({ name: 'probe' })], controllers: [Slow] })(Service);

void bootstrap({ name: 'probe', module: Service });
