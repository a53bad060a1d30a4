import { type Request } from 'express';

/** What Express keeps of each path, as far as it is read here. */
interface Layer {
  match(path: string): boolean;
  route?: { methods: Record<string, boolean> };
}

/** The methods that the application's routes take on the path of a request, as Allow lists them. */
export function allowedMethods({ app, path }: Request): string[] {
  const { stack } = app.router as unknown as { stack: Layer[] };
  const methods = stack.filter(({ route }) => route).filter((layer) => layer.match(path)).flatMap(({ route }) => Object.keys(route?.methods ?? {}));
  const known = new Set(methods.filter((method) => method !== '_all').map((method) => method.toUpperCase()));
  if (known.has('GET')) known.add('HEAD');
  return [...known].sort();
}
