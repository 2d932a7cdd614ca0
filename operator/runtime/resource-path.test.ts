import { describe, expect, it } from '@jest/globals';
import type { ResourceType } from './resource.ts';
import { type PathParts, pathOf } from './resource-path.ts';

const cronJobs: ResourceType = { group: 'batch', version: 'v1', plural: 'cronjobs', kind: 'CronJob', namespaced: true };
const configMaps: ResourceType = {
  group: '',
  version: 'v1',
  plural: 'configmaps',
  kind: 'ConfigMap',
  namespaced: true,
};
const nodes: ResourceType = { group: '', version: 'v1', plural: 'nodes', kind: 'Node', namespaced: false };

const good: { resource: ResourceType; parts: PathParts; want: string }[] = [
  { resource: cronJobs, parts: {}, want: '/apis/batch/v1/cronjobs' },
  { resource: cronJobs, parts: { namespace: 'shop' }, want: '/apis/batch/v1/namespaces/shop/cronjobs' },
  { resource: configMaps, parts: { namespace: 'shop', name: 'a.b' }, want: '/api/v1/namespaces/shop/configmaps/a.b' },
  {
    resource: cronJobs,
    parts: { namespace: 'shop', name: 'x', subresource: 'status' },
    want: '/apis/batch/v1/namespaces/shop/cronjobs/x/status',
  },
  { resource: nodes, parts: { namespace: '', name: 'one' }, want: '/api/v1/nodes/one' },
  { resource: nodes, parts: { name: 'system:a b?c#d' }, want: '/api/v1/nodes/system%3Aa%20b%3Fc%23d' },
];

it.each(good)('addresses $want', ({ resource, parts, want }) => {
  expect(pathOf(resource, parts)).toBe(want);
});

describe('refuses a part that would lead elsewhere', () => {
  const bad: { name: string; resource: ResourceType; parts: PathParts }[] = [
    { name: 'a slash in the name', resource: cronJobs, parts: { namespace: 'shop', name: '../secrets/x' } },
    { name: 'two dots', resource: cronJobs, parts: { namespace: 'shop', name: '..' } },
    { name: 'an encoded slash', resource: cronJobs, parts: { namespace: 'shop', name: 'a%2fb' } },
    { name: 'a line end', resource: cronJobs, parts: { namespace: 'shop', name: 'a\nb' } },
    { name: 'an empty name', resource: cronJobs, parts: { namespace: 'shop', name: '' } },
    { name: 'a namespace with a slash', resource: cronJobs, parts: { namespace: 'shop/../kube-system', name: 'x' } },
    { name: 'a namespace with capitals', resource: cronJobs, parts: { namespace: 'Shop' } },
    { name: 'no namespace for a namespaced object', resource: cronJobs, parts: { name: 'x' } },
    { name: 'a namespace for a cluster-scoped one', resource: nodes, parts: { namespace: 'shop', name: 'x' } },
  ];
  it.each(bad)('$name', ({ resource, parts }) => {
    expect(() => pathOf(resource, parts)).toThrow(/came$|came/);
  });
});
