/** Driving a simulator by its control API, as any checker would. */

export interface JournalEntry {
  n: number;
  method: string;
  url: string;
  status: number | null;
  applied: boolean;
  fault: string | null;
}

export class Control {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  reset = () => this.#call('POST', '/reset');
  seed = (collection: string, entities: unknown[]) => this.#call('POST', `/collections/${collection}`, entities);
  put = (collection: string, key: string, values: unknown) =>
    this.#call('PUT', `/collections/${collection}/${encodeURIComponent(key)}`, values);
  remove = (collection: string, key: string) =>
    this.#call('DELETE', `/collections/${collection}/${encodeURIComponent(key)}`);
  fault = (fault: Record<string, unknown>) => this.#call('POST', '/faults', fault);
  limits = (limits: Record<string, number>) => this.#call('POST', '/limits', limits);
  clock = (skewSeconds: number) => this.#call('POST', '/clock', { skewSeconds });

  async all(collection: string): Promise<Record<string, unknown>[]> {
    return (await this.#call('GET', `/collections/${collection}`)) as Record<string, unknown>[];
  }

  async journal(): Promise<JournalEntry[]> {
    return ((await this.#call('GET', '/journal')) as { entries: JournalEntry[] }).entries;
  }

  async writes(): Promise<JournalEntry[]> {
    return (await this.journal()).filter(entry => entry.method !== 'GET');
  }

  async #call(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(this.#url + path, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`control ${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
}
