export * from './signal.js';
export * from './deployments.js';
