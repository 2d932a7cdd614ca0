/** One simulator and connectors to it. Every error that a test meets is kept, so that the last test can look for secrets in them. */
import { inspect } from 'node:util';
import { connect } from '../../connectors/connect.ts';
import type { Connector, Stream, Surroundings } from '../../connectors/contract.ts';
import { ConfigError, RecordError, TransientError } from '../../connectors/errors.ts';
import { Control } from './control.ts';
import type { Entity, Subject } from './subject.ts';

export type ConnectorError = ConfigError | TransientError | RecordError;

export class World {
  readonly #subject: Subject;
  readonly #stop: () => Promise<void>;
  readonly #open: Connector[] = [];
  readonly url: string;
  readonly control: Control;
  /** Pauses that connectors made, in milliseconds; none is really waited for. */
  readonly pauses: number[] = [];
  readonly errors: unknown[] = [];

  private constructor(subject: Subject, server: { url: string; control: string; close: () => Promise<void> }) {
    this.#subject = subject;
    this.#stop = server.close;
    this.url = server.url;
    this.control = new Control(server.control);
  }

  static async start(subject: Subject): Promise<World> {
    return new World(subject, await subject.start());
  }

  async reset(collections: Record<string, Entity[]> = {}): Promise<void> {
    await this.control.reset();
    for (const [name, entities] of Object.entries(collections)) await this.control.seed(name, entities);
    this.pauses.length = 0;
  }

  connect({ secrets, surroundings }: { secrets?: Record<string, string>; surroundings?: Partial<Surroundings> } = {}) {
    const { facts, module, config } = this.#subject;
    const { hostname, port, host, protocol } = new URL(this.url);
    const connector = connect(
      module,
      {
        facts,
        config: config(this.url),
        secretName: 'account',
        secrets: { ...(secrets ?? this.#subject.secrets), allowedHosts: host },
      },
      {
        routes: [{ host: hostname, port: Number(port), to: host, plainHttp: protocol === 'http:' }],
        certificateAuthorities: [],
        now: () => new Date(),
        random: () => 0,
        sleep: async (ms, signal) => {
          this.pauses.push(ms);
          signal.throwIfAborted();
        },
        ...surroundings,
      },
    );
    this.#open.push(connector);
    return connector;
  }

  stream(name: string, connector: Connector = this.connect()): Required<Stream> {
    const stream = connector.streams[name];
    if (!stream) throw new Error(`the connector has no stream ${name}`);
    return stream as Required<Stream>;
  }

  /** The error of a call that must fail, which is one of the three kinds. */
  async failure(call: Promise<unknown>): Promise<ConnectorError> {
    const error = await call.then(
      value => new Error(`did not fail but gave ${inspect(value)}`),
      (error: unknown) => error,
    );
    this.errors.push(error);
    if (error instanceof ConfigError || error instanceof TransientError || error instanceof RecordError) return error;
    throw error;
  }

  async disconnect(): Promise<void> {
    for (const connector of this.#open.splice(0)) await connector.close();
  }

  async stop(): Promise<void> {
    await this.disconnect();
    await this.#stop();
  }
}
