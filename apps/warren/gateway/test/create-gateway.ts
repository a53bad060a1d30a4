import { createApp } from '@warren/service';
import { setupDocs } from '../src/docs/docs.js';
import { GatewayModule } from '../src/gateway.module.js';

export const createGateway = () => createApp({ module: GatewayModule, setup: setupDocs });
