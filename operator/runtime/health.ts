import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HealthOptions {
  /** Liveness: the names of what is wrong inside this process. Dependencies do not belong here: a restart heals none. */
  readonly sick: () => readonly string[];
  /** Readiness: the names of what is missing. */
  readonly missing: () => readonly string[];
  /** The registry, as far as it is needed here. */
  readonly metrics: { readonly contentType: string; metrics(): Promise<string> };
  /** 0 takes any free port. */
  readonly healthPort: number;
  /** The health port serves metrics too when absent or the same. */
  readonly metricsPort?: number;
  /** Absent: all addresses of this machine. */
  readonly host?: string;
}

export interface HealthServer {
  readonly healthPort: number;
  readonly metricsPort: number;
  close(): Promise<void>;
}

/** Serves /healthz, /readyz and /metrics. That it answers at all says that the event loop turns. */
export async function serveHealth(options: HealthOptions): Promise<HealthServer> {
  const { sick, missing, metrics, healthPort, metricsPort, host } = options;
  const probes = { '/healthz': () => probe(sick()), '/readyz': () => probe(missing()) };
  const scrape = {
    '/metrics': async () => ({ status: 200, type: metrics.contentType, body: await metrics.metrics() }),
  };
  const isSame = metricsPort === undefined || (metricsPort !== 0 && metricsPort === healthPort);
  const health = await listen(isSame ? { ...probes, ...scrape } : probes, healthPort, host);
  const own = isSame ? undefined : await listen(scrape, metricsPort, host);
  return {
    healthPort: portOf(health),
    metricsPort: portOf(own ?? health),
    async close() {
      await closed(health);
      if (own !== undefined) await closed(own);
    },
  };
}

interface Page {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

type Pages = Readonly<Record<string, () => Page | Promise<Page>>>;

function probe(problems: readonly string[]): Page {
  const body = problems.length === 0 ? 'ok\n' : `${problems.join('\n')}\n`;
  return { status: problems.length === 0 ? 200 : 503, type: 'text/plain; charset=utf-8', body };
}

function listen(pages: Pages, port: number, host: string | undefined): Promise<Server> {
  const server = createServer(answering(pages));
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(server));
  });
}

function answering(pages: Pages): RequestListener {
  return (request, response) => {
    const page = pages[new URL(request.url ?? '/', 'http://localhost').pathname];
    if (page === undefined) return write(response, { status: 404, type: 'text/plain', body: 'not found\n' });
    void Promise.resolve()
      .then(page)
      .catch((): Page => ({ status: 500, type: 'text/plain', body: 'failed\n' }))
      .then(answer => write(response, answer));
  };
}

function write(response: ServerResponse, { status, type, body }: Page): void {
  response.writeHead(status, { 'content-type': type }).end(body);
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise(resolve => server.close(() => resolve()));
}
