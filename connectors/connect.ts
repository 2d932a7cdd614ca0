/** From a connection's facts, settings and Secret to an open connector. The only place where credentials meet the network's rules. */
import type { Connector, ConnectorFacts, ConnectorModule, Surroundings } from './contract.ts';
import { ConfigError } from './errors.ts';
import { openHttp } from './http.ts';

/** One configured account, as a run finds it. */
export interface Account {
  facts: ConnectorFacts;
  /** The system's member of Connection's spec, not yet checked. */
  config: unknown;
  /** Named in messages. */
  secretName: string;
  /** All keys of the Secret with their texts, `allowedHosts` among them. */
  secrets: Readonly<Record<string, string>>;
  limits?: { concurrent?: number };
}

/** Throws a ConfigError that names the setting, or the Secret and key, that a person must change. Sends nothing yet. */
export function connect(module: ConnectorModule, account: Account, surroundings: Surroundings): Connector {
  const { facts, secretName, limits } = account;
  const config = facts.config.safeParse(account.config);
  if (!config.success) {
    const [issue] = config.error.issues;
    const field = [facts.system, ...(issue?.path ?? [])].join('.');
    throw new ConfigError('InvalidConfiguration', `${field}: ${issue?.message ?? 'not understood'}`);
  }
  const { allowedHosts, ...secrets } = withoutLineEnds(account.secrets);
  for (const [key, { description, required }] of Object.entries(facts.secretKeys)) {
    if (required && secrets[key] === undefined) {
      throw new ConfigError('SecretKeyMissing', `Secret ${secretName} has no key ${key}: ${description}`);
    }
  }
  const concurrent = limits?.concurrent ?? facts.concurrent;
  const http = openHttp({ secretName, allowedHosts, surroundings, concurrent });
  return module.connect(config.data as never, secrets, { http, concurrent, surroundings });
}

/** A Secret made from a file ends in the line break that editors add; no credential does. */
function withoutLineEnds(secrets: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(secrets).map(([key, text]) => [key, text.replace(/\r?\n$/, '')]));
}
