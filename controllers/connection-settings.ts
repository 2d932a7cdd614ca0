/** A Connection as workers read it: pure. */
import { type ConnectionResource, fingerprint, systemOf } from '../crds/connection.ts';
import type { ConnectionSettings, Settings } from '../crds/plan.ts';
import type { MountedConnection } from './worker-pod.ts';

/** Null for one that names no system, or cannot be told from others because its URL is none. */
export function toConnectionSettings({ metadata, spec }: ConnectionResource): ConnectionSettings | null {
  const found = systemOf(spec);
  const identity = fingerprintOf(spec);
  if (found === null || identity === null) return null;
  return {
    name: metadata.name,
    system: found.system,
    config: found.config,
    secret: spec.credentialsSecretRef.name,
    fingerprint: identity,
    ...(spec.limits === undefined ? {} : { limits: spec.limits }),
    ...(spec.sameSystemAs === undefined ? {} : { sameSystemAs: spec.sameSystemAs }),
  };
}

export const toMountedConnection = ({ metadata, spec }: ConnectionResource): MountedConnection => ({
  name: metadata.name,
  secret: spec.credentialsSecretRef.name,
  ...(spec.caBundleRef === undefined ? {} : { caBundle: spec.caBundleRef.name }),
});

/** Null where the URL is none. */
export function fingerprintOf(spec: ConnectionResource['spec']): string | null {
  try {
    return fingerprint(spec);
  } catch {
    return null; // `new URL` throws
  }
}

export const settingsKey = 'settings.json';

/** What `settings/settings.json` says, the connections in the order that the worker's environment counts them in. */
export function settingsText(suspend: boolean, connections: ConnectionSettings[]): string {
  return `${JSON.stringify({ suspend, connections, limits: {} } satisfies SettingsInput, null, 2)}\n`;
}

/** Limits are the worker's own defaults. */
type SettingsInput = Omit<Settings, 'limits'> & { limits: Partial<Settings['limits']> };
