import { describe, expect, it } from '@jest/globals';
import { readConfig } from './config.ts';

const given = {
  SUPERCARGO_POD_NAMESPACE: 'ops',
  SUPERCARGO_POD_NAME: 'supercargo-1',
  SUPERCARGO_WORKER_IMAGE: 'supercargo/supercargo:1.2.3',
};

describe('readConfig', () => {
  it('has a default for everything but the pod and the image', () => {
    expect(readConfig(given)).toEqual({
      namespaces: ['ops'],
      podNamespace: 'ops',
      podName: 'supercargo-1',
      worker: { image: 'supercargo/supercargo:1.2.3', pullPolicy: 'IfNotPresent' },
      healthPort: 8081,
      metricsPort: 8080,
      relistSeconds: 600,
      logLevel: 'info',
      concurrency: 4,
      inCluster: undefined,
    });
  });

  it('reads everything', () => {
    const config = readConfig({
      ...given,
      SUPERCARGO_NAMESPACES: 'shop-b, shop-a,shop-b,',
      SUPERCARGO_WORKER_PULL_POLICY: 'Never',
      SUPERCARGO_SERVICE_ACCOUNT: '/somewhere',
      SUPERCARGO_HEALTH_PORT: '0',
      SUPERCARGO_METRICS_PORT: '9090',
      SUPERCARGO_RELIST_SECONDS: '5',
      SUPERCARGO_LOG_LEVEL: 'debug',
      SUPERCARGO_CONCURRENCY: '8',
      KUBERNETES_SERVICE_HOST: '10.0.0.1',
      KUBERNETES_SERVICE_PORT: '6443',
    });
    expect(config).toMatchObject({
      namespaces: ['shop-a', 'shop-b'],
      worker: { pullPolicy: 'Never' },
      healthPort: 0,
      metricsPort: 9090,
      relistSeconds: 5,
      logLevel: 'debug',
      concurrency: 8,
      inCluster: { host: '10.0.0.1', port: '6443', serviceAccountDir: '/somewhere' },
    });
  });

  it('takes an empty variable for an absent one', () => {
    expect(readConfig({ ...given, SUPERCARGO_HEALTH_PORT: '' }).healthPort).toBe(8081);
  });

  const refused: [name: string, environment: Record<string, string | undefined>, message: RegExp][] = [
    ['a missing image', { SUPERCARGO_WORKER_IMAGE: undefined }, /SUPERCARGO_WORKER_IMAGE must be set/],
    ['a port that is none', { SUPERCARGO_HEALTH_PORT: '80a' }, /SUPERCARGO_HEALTH_PORT '80a': must be a port/],
    ['a port too high', { SUPERCARGO_METRICS_PORT: '70000' }, /SUPERCARGO_METRICS_PORT '70000': must be a port/],
    ['a namespace that cannot be', { SUPERCARGO_NAMESPACES: 'Shop' }, /SUPERCARGO_NAMESPACES 'Shop': must be the name/],
    ['no namespace at all', { SUPERCARGO_NAMESPACES: ',' }, /SUPERCARGO_NAMESPACES ',': must name at least one/],
    ['an unknown level', { SUPERCARGO_LOG_LEVEL: 'loud' }, /SUPERCARGO_LOG_LEVEL 'loud'/],
    [
      'nothing to relist by',
      { SUPERCARGO_RELIST_SECONDS: '0' },
      /SUPERCARGO_RELIST_SECONDS '0': must be a whole number/,
    ],
  ];
  for (const [name, environment, message] of refused) {
    it(`refuses ${name}, naming the variable`, () => {
      expect(() => readConfig({ ...given, ...environment })).toThrow(message);
    });
  }
});
