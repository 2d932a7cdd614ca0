import { describe, expect, it } from '@jest/globals';
import type { ConnectionResource } from '../../crds/connection.ts';
import { aConnection } from '../../test/builders/resources.ts';
import { toConnectionSettings } from '../connection-settings.ts';
import { answers, toProbe } from './probe.ts';

const worker = { image: 'supercargo:test', pullPolicy: 'IfNotPresent' } as const;
const request = 'supercargo.dev/reconcile-requested-at';

describe('toProbe', () => {
  const probeOf = (connection: ConnectionResource, lastTry?: string) => {
    const settings = toConnectionSettings(connection);
    if (settings === null) throw new Error('no settings');
    return toProbe(connection, settings, { lastTry, worker });
  };

  it('is the one a reviewer has seen', () => expect(probeOf(aConnection('magento'))).toMatchSnapshot());

  it('has one name for one generation, request and try', () => {
    const connection = aConnection('magento');
    const second = aConnection('magento', {}, { metadata: { generation: 2 } });
    const asked = aConnection('magento', {}, { metadata: { annotations: { [request]: 'a' } } });
    const names = [probeOf(connection), probeOf(second), probeOf(asked), probeOf(connection, '2026-03-01T10:00:00Z')];
    expect(new Set(names.map(({ metadata }) => metadata.name)).size).toBe(4);
    expect(probeOf(connection).metadata.name).toBe(names[0]?.metadata.name);
    expect(answers(names[0] as never, connection)).toBe(true);
    for (const other of [second, asked]) expect(answers(names[0] as never, other)).toBe(false);
  });

  it('has a name that a Job can have', () => {
    expect(probeOf(aConnection('x'.repeat(50))).metadata.name.length).toBeLessThanOrEqual(63);
  });
});
