/** The control API of a simulated system: what a person in that system does, what happened in it, and how to disturb it. */

export type Entity = Record<string, unknown>;

/** An exchange as the journal tells it. */
export interface Exchange {
  n: number;
  time: string;
  method: string;
  url: string;
  status: number | null;
  applied: boolean;
  fault: string | null;
  body: unknown;
  answer: unknown;
}

export interface ControlApi {
  reset(): Promise<void>;
  /** Adds entities as they are. */
  seed(collection: string, entities: Entity[]): Promise<void>;
  all(collection: string): Promise<Entity[]>;
  /** Creates an entity or merges into it, as a person in that system would. */
  put(collection: string, key: string, entity: Entity): Promise<void>;
  remove(collection: string, key: string): Promise<void>;
  fault(fault: Entity): Promise<void>;
  clearFaults(): Promise<void>;
  limits(limits: Entity): Promise<void>;
  /** Everything after the entry of that number. */
  journal(after?: number): Promise<Exchange[]>;
}

const pageOf = { entities: 1000, exchanges: 1000 };

/** `control` is the address in `sandbox.json`. Every call throws what the simulator answered where it refused. */
export function controlApi(control: string): ControlApi {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(new URL(path, control), {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${control}${path} answered ${answer.status}: ${text}`);
    return text === '' ? null : JSON.parse(text);
  };
  const act = async (method: string, path: string, body?: unknown): Promise<void> =>
    void (await call(method, path, body));
  const entity = (collection: string, key: string) =>
    `/collections/${collection}/${key.split('/').map(encodeURIComponent).join('/')}`;
  return {
    reset: () => act('POST', '/reset'),
    async seed(collection, entities) {
      for (let from = 0; from < entities.length; from += pageOf.entities) {
        await act('POST', `/collections/${collection}`, entities.slice(from, from + pageOf.entities));
      }
    },
    all: async collection => (await call('GET', `/collections/${collection}`)) as Entity[],
    put: (collection, key, changed) => act('PUT', entity(collection, key), changed),
    remove: (collection, key) => act('DELETE', entity(collection, key)),
    fault: fault => act('POST', '/faults', fault),
    clearFaults: () => act('DELETE', '/faults'),
    limits: limits => act('POST', '/limits', limits),
    async journal(after = 0) {
      const all: Exchange[] = [];
      for (let last = after; ; last = all.at(-1)?.n ?? last) {
        const page = (await call('GET', `/journal?after=${last}&limit=${pageOf.exchanges}`)) as { entries: Exchange[] };
        if (page.entries.length === 0) return all;
        all.push(...page.entries);
      }
    },
  };
}
