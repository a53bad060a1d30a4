/** A browser as far as pages need one: it keeps its cookies, says where its forms are from, and does not follow redirects. */
export class Browser {
  cookie = '';

  constructor(readonly url: string) {}

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.ask(path, { headers });
  }

  post(path: string, form: Record<string, string> = {}, headers: Record<string, string> = {}): Promise<Response> {
    return this.ask(path, { method: 'POST', body: new URLSearchParams(form), headers: { origin: this.url, ...headers } });
  }

  async text(path: string): Promise<string> {
    return (await this.get(path)).text();
  }

  private async ask(path: string, init: { method?: string; body?: URLSearchParams; headers: Record<string, string> }): Promise<Response> {
    const answer = await fetch(this.url + path, { ...init, redirect: 'manual', headers: { cookie: this.cookie, ...init.headers } });
    this.cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? this.cookie;
    return answer;
  }
}
