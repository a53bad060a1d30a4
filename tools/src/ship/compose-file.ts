import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** A service of docker-compose.yml, as far as it is looked at here. */
export interface ComposeService {
  image?: string;
  build?: string;
  command?: string[];
  ports?: string[];
  volumes?: string[];
  container_name?: string;
  environment?: Record<string, string | number>;
  healthcheck?: { test?: string[]; disable?: boolean };
  depends_on?: Record<string, { condition: string }>;
}

export interface ComposeFile {
  services: Record<string, ComposeService>;
  volumes: Record<string, unknown>;
}

export const readCompose = (path: string): ComposeFile => parse(readFileSync(path, 'utf8'), { merge: true }) as ComposeFile;

/** A service's environment with every `${NAME:-default}` as it is where none of the names is set. */
export function environmentOf({ environment = {} }: ComposeService): Record<string, string> {
  const entries = Object.entries(environment).map(([name, value]) => [name, String(value).replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1')]);
  return Object.fromEntries(entries) as Record<string, string>;
}
