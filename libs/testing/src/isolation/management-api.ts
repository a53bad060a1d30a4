export interface ManagementRequest {
  method?: 'GET' | 'PUT' | 'POST' | 'DELETE';
  body?: object;
}

/** RabbitMQ's management API: a path such as `/api/overview` to its parsed answer. */
export type Management = <T = unknown>(path: string, request?: ManagementRequest) => Promise<T>;

/** @param url with the login in it, as AMQP_MANAGEMENT_URL. The calls throw on any status but 2xx. */
export function managementApi(url: URL | string): Management {
  const { origin, username, password } = new URL(url);
  const authorization = `Basic ${btoa(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`)}`;
  return async <T>(path: string, { method = 'GET', body }: ManagementRequest = {}): Promise<T> => {
    const headers = { authorization, 'content-type': 'application/json' };
    const response = await fetch(`${origin}${path}`, { method, headers, body: body && JSON.stringify(body) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  };
}
