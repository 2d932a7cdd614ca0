import { Counter, Histogram, type Registry } from 'prom-client';
import type { HttpObserver, HttpTry } from './transport.ts';

const secondBuckets = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60];
const byteBuckets = [64, 256, 512, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216];

/** rest_client_*: what we ask of the API server. */
export class HttpMetrics implements HttpObserver {
  readonly #requests: Counter<'code' | 'method' | 'host'>;
  readonly #retries: Counter<'code' | 'verb' | 'host'>;
  readonly #seconds: Histogram<'verb' | 'host'>;
  readonly #requestBytes: Histogram<'verb' | 'host'>;
  readonly #responseBytes: Histogram<'verb' | 'host'>;

  constructor(registry: Registry) {
    const registers = [registry];
    const histogram = (name: string, help: string, buckets: number[]) =>
      new Histogram({ name: `rest_client_${name}`, help, buckets, labelNames: ['verb', 'host'], registers });
    this.#requests = new Counter({
      name: 'rest_client_requests_total',
      help: 'Requests to the API server',
      labelNames: ['code', 'method', 'host'],
      registers,
    });
    this.#retries = new Counter({
      name: 'rest_client_request_retries_total',
      help: 'Requests to the API server that were sent again',
      labelNames: ['code', 'verb', 'host'],
      registers,
    });
    this.#seconds = histogram('request_duration_seconds', 'Time until the API server answered', secondBuckets);
    this.#requestBytes = histogram('request_size_bytes', 'Size of requests', byteBuckets);
    this.#responseBytes = histogram('response_size_bytes', 'Size of answers', byteBuckets);
  }

  tried({ method, host, code, seconds, requestBytes, responseBytes }: HttpTry): void {
    const labels = { verb: method, host };
    this.#requests.inc({ code, method, host });
    this.#seconds.observe(labels, seconds);
    this.#requestBytes.observe(labels, requestBytes);
    this.#responseBytes.observe(labels, responseBytes);
  }

  retried({ method, host, code }: Pick<HttpTry, 'method' | 'host' | 'code'>): void {
    this.#retries.inc({ code, verb: method, host });
  }
}
