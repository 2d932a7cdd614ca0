/** A connection in use: the connector, and what its answers say about the account. */
import type { Connector, ConnectorFacts } from '../connectors/contract.ts';
import { ConfigError, RecordError, TransientError } from '../connectors/errors.ts';
import type { ConnectionSettings } from '../crds/plan.ts';
import type { Report } from '../crds/report.ts';

export type ConnectionReport = Report['connections'][number];

export interface OpenConnection {
  settings: ConnectionSettings;
  facts: ConnectorFacts;
  /** Every call goes through here, so that its outcome is seen. */
  ask<T>(call: (connector: Connector) => Promise<T>): Promise<T>;
  /** Asks whether the system is there and takes our credentials; returns its clock. */
  probe(signal: AbortSignal): Promise<Date>;
  report(): ConnectionReport;
  close(): Promise<void>;
}

export function openConnection(
  settings: ConnectionSettings,
  facts: ConnectorFacts,
  connector: Connector,
): OpenConnection {
  let state: Pick<ConnectionReport, 'reachable' | 'credentials' | 'version'> = {};

  async function ask<T>(call: (connector: Connector) => Promise<T>): Promise<T> {
    try {
      const answer = await call(connector);
      state = { ...state, reachable: true, credentials: true };
      return answer;
    } catch (error) {
      state = { ...state, ...learned(error) };
      throw error;
    }
  }

  return {
    settings,
    facts,
    ask,
    probe: async signal => {
      const { time, version } = await ask(opened => opened.probe(signal));
      if (version !== undefined) state = { ...state, version: version.slice(0, 100) };
      return time;
    },
    report: () => ({ name: settings.name, ...state, requests: connector.requests() }),
    close: () => connector.close(),
  };
}

/** What an error tells about the account; most say nothing. */
function learned(error: unknown): Pick<ConnectionReport, 'reachable' | 'credentials'> {
  if (error instanceof RecordError) return { reachable: true, credentials: true };
  if (error instanceof TransientError) {
    return error.code === 'ConnectionDown' || error.code === 'NotJson' ? { reachable: false } : {};
  }
  if (!(error instanceof ConfigError)) return {};
  if (error.code === 'CredentialsRefused') return { reachable: true, credentials: false };
  return error.code === 'Forbidden' ? { reachable: true, credentials: true } : {};
}

/** The first part of what makes it this system: a host, or a shop's name. */
export function hostOf({ system, fingerprint }: Pick<ConnectionSettings, 'system' | 'fingerprint'>): string {
  return fingerprint.slice(system.length + 1).split(/[ /]/)[0] ?? '';
}
