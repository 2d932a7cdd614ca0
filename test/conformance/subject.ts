/** What a connector's test tells the suite about itself and its system. */
import type { ConnectorFacts, ConnectorModule, DestinationRecord } from '../../connectors/contract.ts';

export type Entity = Record<string, unknown>;

export interface Subject {
  facts: ConnectorFacts;
  module: ConnectorModule;
  start: () => Promise<{ url: string; control: string; close: () => Promise<void> }>;
  /** The member of Connection's spec for a simulator at this address. */
  config: (url: string) => Record<string, unknown>;
  /** Without `allowedHosts`. */
  secrets: Record<string, string>;
  /** Each is refused by the system. */
  wrongSecrets: readonly Record<string, string>[];
  source?: Source;
  destination?: Destination;
}

export interface Source {
  stream: string;
  /** Expression for the path of the read requests. */
  path: string;
  collection: string;
  /** What else the system must hold, by collection. */
  surroundings?: Record<string, Entity[]>;
  entity: (values: { id: number; changed: Date; text?: string }) => Entity;
  /** An entity with nothing that may be left out. */
  bare: (values: { id: number; changed: Date }) => Entity;
  /** The canonical field that `text` is found in. */
  textField: string;
  /** A change that a person makes; it moves the change time. */
  change: Entity;
  /** Keys that no system could have given. */
  impossibleKeys: readonly string[];
}

export interface Destination {
  stream: string;
  collection: string;
  /** Expression for the path of the write requests, and their method. */
  write: { method: string; path: string };
  /** Expression for the path of a search. */
  searchPath: string;
  entity: (values: { id: string; email: string }) => Entity;
  /** A change, and the properties of the entity after it. */
  change: { record: DestinationRecord; shown: Entity };
  /** Fields that clear, and the properties after it. */
  clear: { record: DestinationRecord; shown: Entity };
  /** A record that carries the text, and the property that it reaches. */
  text: { record: (text: string) => DestinationRecord; property: string; limit: number };
  tooLong: { record: DestinationRecord; field: string };
  /** The answer of a system that refuses the values of one record. */
  refusal: { status: number; body: unknown };
}
