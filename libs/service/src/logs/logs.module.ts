import { type IncomingMessage } from 'node:http';
import { type DynamicModule, Module } from '@nestjs/common';
import { ConfigModule, type ConfigType } from '@nestjs/config';
import { LoggerModule, type Params } from 'nestjs-pino';
import { type LogFn, type Logger, stdTimeFunctions } from 'pino';
import { isProbe } from '../http/probes.js';
import { type Identity } from '../identity.js';
import { levelOf } from './log-levels.js';
import { logsConfig } from './logs.config.js';

/** The service's logs: JSON lines on stdout, each with service and instance. */
@Module({})
export class LogsModule {
  static forRoot(identity: Identity): DynamicModule {
    const logger = LoggerModule.forRootAsync({
      imports: [ConfigModule.forFeature(logsConfig)],
      inject: [logsConfig.KEY],
      useFactory: (config: ConfigType<typeof logsConfig>) => paramsOf(identity, config),
    });
    return { module: LogsModule, imports: [logger], exports: [LoggerModule] };
  }
}

/** Where Nest and golevelup tell how they put the application together: fifty lines that say the same at each start. */
const assembly = new Set(['InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'RabbitMQModule']);

function withoutAssembly(this: Logger, args: Parameters<LogFn>, log: LogFn, level: number): void {
  const [first] = args as [{ context?: string } | undefined];
  if (this.levels.labels[level] !== 'info' || !assembly.has(first?.context ?? '')) log.apply(this, args);
}

/** Headers are left out of a request's line: they carry keys. */
function paramsOf({ service, instance }: Identity, { LOG_LEVEL }: ConfigType<typeof logsConfig>): Params {
  return {
    pinoHttp: {
      level: levelOf(service, LOG_LEVEL),
      base: { service, instance },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      serializers: { req: ({ method, url }: IncomingMessage) => ({ method, url }), res: ({ statusCode }: { statusCode: number }) => ({ statusCode }) },
      hooks: { logMethod: withoutAssembly },
      autoLogging: { ignore: ({ url }) => isProbe(url) },
      quietReqLogger: true,
    },
  };
}
