import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { masked } from './mask.js';

/** How @nestjs/config names the provider of `registerAs('imed', …)`. */
const configToken = /^CONFIGURATION\((.+)\)$/;

/** Logs each of the service's settings once at the start, with secrets masked. */
@Injectable()
export class SettingsLog implements OnModuleInit {
  private readonly logger = new Logger('Settings');

  constructor(private readonly discovery: DiscoveryService) {}

  onModuleInit(): void {
    for (const [name, settings] of this.found()) this.logger.log({ settings: { [name]: masked(settings) } });
  }

  private found(): Map<string, unknown> {
    const found = new Map<string, unknown>();
    for (const { token, instance } of this.discovery.getProviders()) {
      const name = configToken.exec(String(token))?.[1];
      if (name) found.set(name, instance);
    }
    return found;
  }
}
