import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface BrokerPorts {
  amqp: number;
  management: number;
  /** Erlang's port mapper. */
  epmd: number;
  /** Erlang's distribution. */
  distribution: number;
}

const config = (ports: BrokerPorts) => `management.tcp.ip = 127.0.0.1
management.tcp.port = ${ports.management}
collect_statistics_interval = 1000
disk_free_limit.absolute = 50MB
`;

/** Quorum queues tell their figures every second, as everything else does, instead of every five. */
const advancedConfig = '[{rabbit, [{quorum_tick_interval, 1000}]}].';

/** Writes the configuration of a private node and gives the environment that keeps all it does inside its folder and on loopback. */
export async function brokerEnvironment(folder: string, ports: BrokerPorts): Promise<NodeJS.ProcessEnv> {
  const at = (name: string) => join(folder, name);
  await mkdir(at('home'), { recursive: true });
  await writeFile(at('rabbitmq.conf'), config(ports));
  await writeFile(at('advanced.config'), advancedConfig);
  await writeFile(at('enabled_plugins'), '[rabbitmq_management,rabbitmq_consistent_hash_exchange].');
  return {
    PATH: process.env['PATH'],
    LANG: 'C.UTF-8',
    HOME: at('home'), // the cookie's folder
    ERL_EPMD_PORT: String(ports.epmd),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    RABBITMQ_NODENAME: 'warren@localhost',
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(ports.amqp),
    RABBITMQ_DIST_PORT: String(ports.distribution),
    RABBITMQ_MNESIA_BASE: at('mnesia'),
    RABBITMQ_LOG_BASE: at('log'),
    RABBITMQ_GENERATED_CONFIG_DIR: at('generated'),
    RABBITMQ_PID_FILE: at('rabbitmq.pid'),
    RABBITMQ_CONFIG_FILE: at('rabbitmq.conf'),
    RABBITMQ_ADVANCED_CONFIG_FILE: at('advanced.config'),
    RABBITMQ_ENABLED_PLUGINS_FILE: at('enabled_plugins'),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    RUNNING_UNDER_SYSTEMD: 'true', // no shell in between: the child is the node
  };
}
