import { describe, expect, it } from '@jest/globals';
import type { ConnectionResource } from '../../crds/connection.ts';
import { aConnection } from '../../test/builders/resources.ts';
import type { Answer } from './answer.ts';
import { dueInSeconds, type Finding, toStatus } from './status.ts';

const now = new Date('2026-03-01T10:02:00Z');
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000);
const request = 'supercargo.dev/reconcile-requested-at';
const nobody = { count: 0, names: [] };

const statusOf = (connection: ConnectionResource, finding: Finding, at = now) =>
  toStatus(connection, { finding, usedBy: nobody }, at);
const having = (connection: ConnectionResource, finding: Finding, at = now): ConnectionResource => ({
  ...connection,
  status: statusOf(connection, finding, at),
});
const said = ({ status }: ConnectionResource) =>
  status?.conditions?.map(({ type, status: value, reason }) => `${type} ${value} ${reason}`);

const answer = (more: Partial<Answer>): Finding => ({
  kind: 'answered',
  byProbe: true,
  answer: {
    asked: '2026-03-01T10:02:00Z',
    time: '2026-03-01T10:02:00Z',
    cause: { reason: 'Probed', message: 'yes' },
    ...more,
  },
});
const good = answer({ reachable: true, credentials: true, version: '2.4.7' });
const failedBy = (reason: Answer['cause']['reason'], more: Partial<Answer> = {}) =>
  answer({ cause: { reason, message: 'so it is' }, ...more });
const missingSecret: Finding = {
  kind: 'probing',
  waiting: { reason: 'SecretNotFound', message: "the Secret 'magento' does not exist" },
  since: undefined,
};

describe('toStatus', () => {
  const rows: { name: string; finding: Finding; wanted: string[] }[] = [
    {
      name: 'before the first answer: unknown, and being worked on',
      finding: { kind: 'probing', waiting: null, since: undefined },
      wanted: [
        'CredentialsValid Unknown NotProbed',
        'Reachable Unknown NotProbed',
        'Ready Unknown Progressing',
        'Reconciling True Progressing',
      ],
    },
    {
      name: 'a good answer',
      finding: good,
      wanted: ['CredentialsValid True CredentialsAccepted', 'Reachable True Probed', 'Ready True Reconciled'],
    },
    {
      name: 'a system that does not answer: the definition is usable all the same',
      finding: failedBy('ConnectionDown', { reachable: false }),
      wanted: ['CredentialsValid Unknown ConnectionDown', 'Reachable False ConnectionDown', 'Ready True Reconciled'],
    },
    {
      name: 'refused credentials need a person',
      finding: failedBy('CredentialsRefused', { reachable: true, credentials: false }),
      wanted: [
        'CredentialsValid False CredentialsRefused',
        'Reachable True Probed',
        'Ready False CredentialsRefused',
        'Stalled True CredentialsRefused',
      ],
    },
    {
      name: 'a key that is missing needs a person',
      finding: failedBy('SecretKeyMissing'),
      wanted: [
        'CredentialsValid Unknown SecretKeyMissing',
        'Reachable Unknown SecretKeyMissing',
        'Ready False SecretKeyMissing',
        'Stalled True SecretKeyMissing',
      ],
    },
    {
      name: 'a Secret that is missing is told while the probe waits for it',
      finding: missingSecret,
      wanted: [
        'CredentialsValid Unknown SecretNotFound',
        'Reachable Unknown SecretNotFound',
        'Ready False SecretNotFound',
        'Stalled True SecretNotFound',
      ],
    },
    {
      name: 'a probe that failed by itself is tried again',
      finding: failedBy('Defect'),
      wanted: [
        'CredentialsValid Unknown Defect',
        'Reachable Unknown Defect',
        'Ready Unknown Defect',
        'Reconciling True Defect',
      ],
    },
    {
      name: 'a spec that cannot work is not probed',
      finding: { kind: 'invalid', cause: { reason: 'InvalidSpec', message: 'no' } },
      wanted: [
        'CredentialsValid Unknown NotProbed',
        'Reachable Unknown NotProbed',
        'Ready False InvalidSpec',
        'Stalled True InvalidSpec',
      ],
    },
  ];
  for (const { name, finding, wanted } of rows) {
    it(name, () => expect(said(having(aConnection('magento'), finding))).toEqual(wanted));
  }

  it('tells version, time and fingerprint', () => {
    expect(statusOf(aConnection('magento'), good)).toMatchObject({
      fingerprint: 'magento shop.example.com',
      lastProbeTime: '2026-03-01T10:02:00Z',
      systemVersion: '2.4.7',
    });
  });

  it('keeps what it knew while the same generation is asked again', () => {
    const known = having(aConnection('magento'), good);
    const asking: Finding = { kind: 'probing', waiting: null, since: undefined };
    expect(said(having(known, asking, later(60)))).toEqual(said(known));
  });

  it('keeps the missing Secret as the reason when the probe that waited for it runs out of time', () => {
    const waited = having(aConnection('magento'), missingSecret);
    expect(said(having(waited, failedBy('DeadlineExceeded')))).toEqual(said(waited));
  });

  it('heals', () => {
    for (const bad of [missingSecret, failedBy('CredentialsRefused', { reachable: true, credentials: false })]) {
      const healed = having(having(aConnection('magento'), bad), good);
      expect(said(healed)).toContain('Ready True Reconciled');
      expect(said(healed)?.join()).not.toContain('Stalled');
    }
  });
});

describe('dueInSeconds', () => {
  const fresh = aConnection('magento');
  const known = having(fresh, good);
  const rows: { name: string; connection: ConnectionResource; wanted: number | null; at?: Date }[] = [
    { name: 'at once for a generation that nobody asked about', connection: fresh, wanted: 0 },
    { name: 'never for a good answer', connection: known, wanted: null, at: later(100_000) },
    {
      name: 'at once for the next generation',
      connection: { ...known, metadata: { ...known.metadata, generation: 2 } },
      wanted: 0,
    },
    {
      name: 'at once when a person asks',
      connection: { ...known, metadata: { ...known.metadata, annotations: { [request]: 'a' } } },
      wanted: 0,
    },
    {
      name: 'after 30 s for a system that has just gone down',
      connection: having(fresh, failedBy('ConnectionDown', { reachable: false })),
      wanted: 30,
    },
    {
      name: 'never for credentials that were refused: accounts get locked',
      connection: having(fresh, failedBy('CredentialsRefused', { reachable: true, credentials: false })),
      wanted: null,
      at: later(100_000),
    },
    {
      name: 'never for a Secret that lacks a key: the next run finds it mended',
      connection: having(fresh, failedBy('SecretKeyMissing')),
      wanted: null,
      at: later(100_000),
    },
  ];
  for (const { name, connection, wanted, at = now } of rows) {
    it(name, () => expect(dueInSeconds(connection, at)).toBe(wanted));
  }

  it('waits as long as it has been wrong, five minutes at most', () => {
    const down = having(fresh, failedBy('ConnectionDown', { reachable: false }));
    const still = (seconds: number) =>
      having(
        down,
        failedBy('ConnectionDown', { reachable: false, time: later(seconds).toISOString().replace('.000', '') }),
        later(seconds),
      );
    expect(dueInSeconds(still(90), later(90))).toBe(90);
    expect(dueInSeconds(still(4000), later(4000))).toBe(300);
  });
});
