export * from './signal.js';
export * from './deployments.js';
export * from './relay.js';
export * from './jobs.js';
