import { METHODS } from 'node:http';
import { type Request } from 'express';

/** What Express keeps of each path, as far as it is read here. */
interface Layer {
  match(path: string): unknown;
  route?: Route;
}
interface Route {
  methods: Record<string, boolean>;
}

/** The methods that the application's routes take on the path of a request, as Allow lists them; none where no route knows the path. */
export function allowedMethods({ app, path }: Request): string[] {
  const { stack } = app.router as unknown as { stack: Layer[] };
  const routes = stack.flatMap((layer) => (layer.route && !isMiddleware(layer.route) && layer.match(path) ? [layer.route] : []));
  const known = new Set(routes.flatMap(({ methods }) => Object.keys(methods)).map((method) => method.toUpperCase()));
  if (known.has('GET')) known.add('HEAD');
  return [...known].sort();
}

/** Nest adds a module's middleware for all methods as a route for all methods, which no controller has. */
const isMiddleware = ({ methods }: Route): boolean => '_all' in methods || METHODS.every((method) => methods[method.toLowerCase()]);
