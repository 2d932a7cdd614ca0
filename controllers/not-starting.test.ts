import { describe, expect, it } from '@jest/globals';
import { aPod } from '../test/builders/resources.ts';
import { whyNoPod, whyNotStarted } from './not-starting.ts';
import type { CoreEvent, Pod } from './resources.ts';

const event = (reason: string, message: string, lastTimestamp = '2026-03-01T10:00:00Z'): CoreEvent => ({
  metadata: { name: 'event' },
  reason,
  message,
  lastTimestamp,
});

const mount = (what: string) => event('FailedMount', `MountVolume.SetUp failed for volume "secret-0" : ${what}`);
const waiting = (reason: string, message = '') => aPod({ waiting: { reason, message } });
const creating = waiting('ContainerCreating');

describe('whyNotStarted', () => {
  const rows: { name: string; pod: Pod; events?: CoreEvent[]; reason: string; message: RegExp }[] = [
    {
      name: 'a Secret that does not exist',
      pod: creating,
      events: [mount('secret "magento" not found')],
      reason: 'SecretNotFound',
      message: /the Secret 'magento' does not exist in the namespace 'shop': create it/,
    },
    {
      name: 'a ConfigMap that does not exist',
      pod: creating,
      events: [mount('configmap "supercargo-network" not found')],
      reason: 'ConfigMapNotFound',
      message: /'supercargo-network'/,
    },
    {
      name: 'a key that is missing',
      pod: creating,
      events: [mount('references non-existent secret key: accessToken')],
      reason: 'SecretKeyMissing',
      message: /'accessToken'/,
    },
    {
      name: 'an image that cannot be pulled',
      pod: waiting('ImagePullBackOff'),
      reason: 'ImagePull',
      message: /ImagePullBackOff/,
    },
    {
      name: 'a container the node refuses',
      pod: waiting('CreateContainerConfigError', 'runAsNonRoot and image runs as root'),
      reason: 'PodRefused',
      message: /runAsNonRoot/,
    },
    {
      name: 'no node with room',
      pod: aPod(
        {},
        {
          status: {
            conditions: [
              { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes are available' },
            ],
          },
        },
      ),
      reason: 'Unschedulable',
      message: /0\/3 nodes are available/,
    },
  ];
  for (const { name, pod, events = [], reason, message } of rows) {
    it(`names ${name}`, () =>
      expect(whyNotStarted(pod, events)).toEqual({ reason, message: expect.stringMatching(message) }));
  }

  const nothing: { name: string; pod: Pod; events: CoreEvent[] }[] = [
    { name: 'of a pod that is being created', pod: creating, events: [event('Scheduled', 'assigned')] },
    {
      name: 'once the worker runs: the event is old',
      pod: aPod({ running: {} }),
      events: [mount('secret "magento" not found')],
    },
    { name: 'of a Secret that the pod does not mount', pod: creating, events: [mount('secret "other" not found')] },
  ];
  for (const { name, pod, events } of nothing) {
    it(`says nothing ${name}`, () => expect(whyNotStarted(pod, events)).toBeNull());
  }

  it('believes the newest event', () => {
    const events = [
      { ...mount('secret "magento" not found'), lastTimestamp: '2026-03-01T10:00:09Z' },
      { ...mount('configmap "supercargo-network" not found'), lastTimestamp: '2026-03-01T10:00:01Z' },
    ];
    expect(whyNotStarted(creating, events)?.reason).toBe('SecretNotFound');
  });
});

describe('whyNoPod', () => {
  const rows: [reason: string, message: string][] = [
    ['QuotaExceeded', 'pods "x" is forbidden: exceeded quota: small, requested: pods=1, used: pods=1, limited: pods=1'],
    ['PolicyRefused', 'pods "x" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true'],
    ['PolicyRefused', 'admission webhook "policy.example.com" denied the request: no'],
    ['PodRefused', 'pods "x" is forbidden: error looking up service account shop/supercargo-worker: not found'],
  ];
  for (const [reason, message] of rows) {
    it(`says ${reason} for: ${message.slice(0, 60)}`, () =>
      expect(whyNoPod([event('FailedCreate', `Error creating: ${message}`)])?.reason).toBe(reason));
  }

  it('says nothing while the Job controller has not tried', () => expect(whyNoPod([])).toBeNull());

  it('shortens what the server says', () => {
    const said = whyNoPod([event('FailedCreate', 'x'.repeat(5000))]);
    expect(said?.message.length).toBeLessThan(400);
  });
});
