export { PrivateBroker, type PrivateBrokerOptions } from './servers/private-broker.js';
export { PrivateDatabase, type PrivateDatabaseOptions } from './servers/private-database.js';
export { findRabbitmqServer } from './servers/rabbitmq-server.js';
export { assertFree, freePort, freePorts } from './servers/ports.js';
export { waitFor, type WaitOptions } from './wait-for.js';
