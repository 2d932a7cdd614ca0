import { homedir } from 'node:os';
import { expect, it } from '@jest/globals';
import { inherited, readSettings } from './settings.ts';

it.each([
  ['nothing is said', {}, { cache: `${homedir()}/.cache/supercargo` }],
  ['caches lie elsewhere', { XDG_CACHE_HOME: '/var/cache/ann' }, { cache: '/var/cache/ann/supercargo' }],
  [
    'programs are named',
    { XDG_CACHE_HOME: '/c', SUPERCARGO_CLUSTER_BINARIES: '/programs', KUBEBUILDER_ASSETS: '/assets' },
    { cache: '/c/supercargo', clusterBinaries: '/programs', kubebuilderAssets: '/assets' },
  ],
  ['an empty variable says nothing', { XDG_CACHE_HOME: '/c', KUBEBUILDER_ASSETS: '' }, { cache: '/c/supercargo' }],
])('%s', (_why, env, want) => {
  expect(readSettings(env)).toEqual(want);
});

it('lets programs inherit where things are, and nothing else', () => {
  const env = {
    PATH: '/bin',
    HOME: '/home/ann',
    NODE_OPTIONS: '--experimental-vm-modules',
    TZ: 'Asia/Tokyo',
    KUBECONFIG: '/k',
  };
  expect(inherited(env)).toEqual({ PATH: '/bin', HOME: '/home/ann', TZ: 'UTC' });
});
