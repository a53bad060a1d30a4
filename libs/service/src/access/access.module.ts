import { type DynamicModule, Inject, Module, Optional } from '@nestjs/common';
import { ConfigModule, type ConfigType } from '@nestjs/config';
import { APP_GUARD, HttpAdapterHost } from '@nestjs/core';
import { StartError } from '@warren/bus';
import { type Express } from 'express';
import helmet from 'helmet';
import { httpConfig } from '../http/http.config.js';
import { accessConfig } from './access.config.js';
import { Door } from './door.js';
import { isLoopback } from './hosts.js';
import { Keys } from './keys.js';
import { RolesGuard } from './roles.guard.js';

const pages = Symbol('warren.access.pages');
const noKeys: Pick<Keys, 'required' | 'find'> = { required: false, find: () => undefined };

/** TLS is a proxy's part: nothing here may send a browser to https. Styles: Swagger's page has some of its own inline. */
const headers = helmet({
  strictTransportSecurity: false,
  contentSecurityPolicy: { directives: { styleSrc: ["'self'", "'unsafe-inline'"], fontSrc: ["'self'"], upgradeInsecureRequests: null } },
});

/**
 * Who may call a service over HTTP, for services that people call. Without keys: this machine only, with Host and Origin checked.
 * It stands before everything else that the application adds, so it works in its constructor.
 */
@Module({
  imports: [ConfigModule.forFeature(httpConfig), ConfigModule.forFeature(accessConfig)],
  providers: [Keys, Door, { provide: APP_GUARD, useClass: RolesGuard }],
})
export class AccessModule {
  /** For pages that are for whoever reaches them, on any address, whether there are keys or not: Host and Origin are checked all the same. */
  static forPages(): DynamicModule {
    return { module: AccessModule, providers: [{ provide: pages, useValue: true }, { provide: Keys, useValue: noKeys }] };
  }

  /** @throws StartError when others can reach the address and nobody has a key. */
  constructor(
    @Inject(HttpAdapterHost) { httpAdapter }: Partial<HttpAdapterHost>,
    door: Door,
    keys: Keys,
    @Inject(httpConfig.KEY) { host }: ConfigType<typeof httpConfig>,
    @Inject(accessConfig.KEY) { corsOrigins, trustProxy }: ConfigType<typeof accessConfig>,
    @Optional() @Inject(pages) forPages = false,
  ) {
    if (!httpAdapter) return; // an application context, which answers no requests
    if (!forPages && !isLoopback(host) && !keys.required) throw new StartError(unsafeHost(host));
    if (trustProxy.length > 0) httpAdapter.getInstance<Express>().set('trust proxy', [...trustProxy]);
    httpAdapter.use(headers);
    httpAdapter.use(door.checkHost);
    if (corsOrigins.length > 0) httpAdapter.enableCors({ origin: corsOrigins, exposedHeaders: ['Allow', 'Location', 'Retry-After'] });
    httpAdapter.use(door.checkOrigin);
    httpAdapter.use(door.identify);
  }
}

const unsafeHost = (host: string): string =>
  `HOST ${host} can be reached from other machines and there is no key: make one with "npx warren key --role admin --name <you>" and set WARREN_KEYS_FILE to its file, or set HOST=127.0.0.1.`;
