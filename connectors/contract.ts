/**
 * What the pipeline may ask of a connector, and what a connector tells about itself. Types only: a connector is one folder that
 * fulfils this file, and nothing outside that folder knows the system's name.
 */
import type { Dispatcher } from 'undici';
import type { z } from 'zod';

/** The key of a record in its own system, as text exactly as the system gives it. */
export type Key = string;

/** A position inside one extraction. Only the connector that made it understands it. */
export type Cursor = string;

/** Changed after `from` (exclusive; null = from the beginning) and not after `to` (inclusive). Times of the source's own clock. */
export interface Window {
  from: Date | null;
  to: Date;
}

/** One record of a stream in canonical form: text as the system gave it, times ISO 8601 UTC, absent = not there, null = known to be empty. */
export type CanonicalRecord = { key: Key; updatedTime: string } & Record<string, unknown>;

/** Some records and the cursor that covers exactly them and all before them; no cursor = the window is exhausted. */
export interface Page {
  records: CanonicalRecord[];
  cursor: Cursor | null;
}

/** A record of a destination stream: the fields its facts declare. */
export type DestinationRecord = Record<string, unknown>;

/** Which destination entity is meant: every field must be equal to its value. `key` is the source record's key and only comes back. */
export interface Match {
  key: Key;
  values: Record<string, string>;
}

/** A candidate for a match. The pipeline decides; a connector that found two returns two. */
export interface Found {
  key: Key;
  id: string;
}

/** What a write did. `changed: false` = the destination already held these values and no write was sent. */
export interface Written {
  id: string;
  changed: boolean;
  etag?: string;
}

/** What a system cannot do is left out, and the workflow that needs it is refused before anything runs. */
export interface Stream {
  /** Ordered by (changed, key), ascending; never more than `facts.source.pageSize` records. */
  read?(window: Window, cursor: Cursor | null, signal: AbortSignal): Promise<Page>;
  /** Source records by key. A key that is not there is not in the answer. */
  get?(keys: Key[], signal: AbortSignal): Promise<Map<Key, CanonicalRecord>>;
  /** Candidates for many records at once, compared exactly by the connector after the system's own search. */
  find?(matches: Match[], signal: AbortSignal): Promise<Found[]>;
  /** Writes the fields that differ and leaves all others alone. `null` = no such entity. */
  update?(id: string, record: DestinationRecord, etag: string | null, signal: AbortSignal): Promise<Written | null>;
}

/** An answer of the system to "are you there, and may I?": its clock (the `Date` header) and, where it tells, its version. */
export interface Probe {
  time: Date;
  version?: string;
}

/** One open account. Calls throw the errors of `errors.ts` and nothing else. */
export interface Connector {
  /** Log in and read one row. */
  probe(signal: AbortSignal): Promise<Probe>;
  streams: Record<string, Stream>;
  /** Requests sent so far by answer: HTTP status, or `error` where none came. */
  requests(): Record<string, number>;
  close(): Promise<void>;
}

/** Where a host of a manifest is really reached (sandbox, private networks); TLS name and `allowedHosts` stay the manifest's. */
export interface Route {
  host: string;
  port: number;
  to: string;
  plainHttp?: boolean;
}

/** What the surroundings allow a connector to reach, and for how long it may wait. */
export interface Surroundings {
  routes: Route[];
  /** PEM of certificate authorities trusted in addition to the system's. */
  certificateAuthorities: string[];
  /** Overrides every deadline of a request, a connector's own included. */
  requestDeadlineMs?: number;
  now: () => Date;
  random: () => number;
  /** Only for tests: replaces waiting between tries; rejects when the signal aborts. */
  sleep?: (ms: number, signal: AbortSignal) => Promise<unknown>;
  /** Only for tests: replaces the network. */
  dispatcher?: Dispatcher;
}

/** How a repeated create is made harmless. */
export type CreateSafety = 'external key' | 'etag' | 'intent';

export interface SourceFacts {
  description: string;
  /** The canonical fields this stream produces. */
  record: z.ZodObject;
  /** Settings of `from` that this stream understands. */
  options: z.ZodObject;
  capabilities: { read: boolean; get: boolean; children: boolean };
  /** How long a change may take to become visible, in seconds; the read window overlaps by it. */
  lagSeconds: number;
  pageSize: number;
}

export interface DestinationFacts {
  description: string;
  /** The fields that a mapping may set: canonical ones the system understands, and its own. */
  record: z.ZodObject;
  /** Settings of `to` that this stream understands. */
  options: z.ZodObject;
  capabilities: { find: boolean; update: boolean; create: boolean };
  /** Fields a record may be found by. */
  matchFields: readonly string[];
  /** How a record without a link is found unless the task says otherwise: alternatives, each a list of fields that must all be equal. */
  match: readonly (readonly string[])[];
  /** Fields that must be filled by a lookup whose miss fails or holds the record. */
  mandatoryLookups: readonly string[];
  createSafety: CreateSafety | null;
}

export interface StreamFacts {
  source?: SourceFacts;
  destination?: DestinationFacts;
}

/** What is known of a system without talking to it. Schemas, controllers and documentation read this and never the code. */
export interface ConnectorFacts {
  /** Member of Connection's spec, for example `sage300`. */
  system: string;
  title: string;
  description: string;
  config: z.ZodObject;
  /** Keys of the Secret beside `allowedHosts`, each with a description; `required` ones must be there. */
  secretKeys: Record<string, { description: string; required: boolean }>;
  /** What makes two accounts the same system: host, path, company. A pure function of the config. */
  identity(config: never): string;
  /** Requests at the same time unless the connection says otherwise. */
  concurrent: number;
  streams: Record<string, StreamFacts>;
}

/** The code of a connector, loaded on demand. Secrets are the Secret's keys and texts, `allowedHosts` already taken out and enforced. */
export interface ConnectorModule {
  connect(config: never, secrets: Record<string, string>, access: Access): Connector;
}

/** The only way a connector sends a request. `http.ts` makes it. */
export interface Access {
  http: HttpClient;
  concurrent: number;
  surroundings: Surroundings;
}

export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: URL;
  /** Made anew for each try, because a signature serves once. */
  headers?: () => Record<string, string>;
  body?: string;
  /** A write whose effect cannot be repeated safely is never sent twice. */
  repeatable: boolean;
  /** An answer that means "try again" besides 429, 502, 503 and 504. Asked only of repeatable requests. */
  repeatIf?: (answer: HttpAnswer) => boolean;
  /** For this request, in place of the usual deadlines of headers and answer. */
  deadlineMs?: number;
}

export interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  /** The parsed body; undefined where the body is empty. */
  body: unknown;
}

/**
 * One client for all connectors: deadlines, size limit, allowed hosts, keep-alive, bounded retries of requests that were certainly
 * not processed, Retry-After, JSON only. Statuses from 400 up come back as answers, so that the connector can read the system's own
 * error code; transport failures and answers that are no JSON are thrown as `TransientError`.
 */
export interface HttpClient {
  request(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>;
  requests(): Record<string, number>;
  close(): Promise<void>;
}
