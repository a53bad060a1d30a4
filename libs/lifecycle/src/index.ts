export { Lifecycle } from './lifecycle.service.js';
export { LifecycleModule } from './lifecycle.module.js';
export type { LifecycleOptions } from './lifecycle.options.js';
