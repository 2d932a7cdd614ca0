import { describe, expect, it } from '@jest/globals';
import { covers } from './covers.ts';

const rows: { name: string; why: string; live: unknown; desired: unknown; want: boolean }[] = [
  { name: 'equal', why: 'nothing to do', live: { a: { b: 1 } }, desired: { a: { b: 1 } }, want: true },
  {
    name: 'more in the live one',
    why: "the API server's defaults",
    live: { a: 1, b: 2 },
    desired: { a: 1 },
    want: true,
  },
  { name: 'a field is missing', why: 'somebody took it away', live: { b: 2 }, desired: { a: 1 }, want: false },
  { name: 'another value', why: 'somebody changed it', live: { a: 2 }, desired: { a: 1 }, want: false },
  { name: 'another type', why: 'text is no number', live: { a: '1' }, desired: { a: 1 }, want: false },
  {
    name: 'an object where a list is wanted',
    why: 'not the same',
    live: { a: { 0: 'x' } },
    desired: { a: ['x'] },
    want: false,
  },
  {
    name: 'undefined is asked for',
    why: 'a field left out by the one who builds it',
    live: {},
    desired: { a: undefined },
    want: true,
  },
  {
    name: 'false, and the field is absent',
    why: 'left out when stored',
    live: {},
    desired: { readOnly: false },
    want: true,
  },
  {
    name: 'false, and it is true',
    why: 'somebody switched it on',
    live: { suspend: true },
    desired: { suspend: false },
    want: false,
  },
  { name: 'an empty map, and none', why: 'left out when stored', live: {}, desired: { labels: {} }, want: true },
  {
    name: 'an empty list, and a full one',
    why: 'somebody added',
    live: { args: ['x'] },
    desired: { args: [] },
    want: false,
  },
  { name: 'a list of texts', why: 'in order', live: { args: ['a', 'b'] }, desired: { args: ['a', 'b'] }, want: true },
  {
    name: 'a list of texts, turned',
    why: 'order has a meaning',
    live: { args: ['b', 'a'] },
    desired: { args: ['a', 'b'] },
    want: false,
  },
  {
    name: 'a list of texts, longer',
    why: 'an argument too many',
    live: { args: ['a', 'b'] },
    desired: { args: ['a'] },
    want: false,
  },
  {
    name: 'defaults inside elements',
    why: 'containers get a dozen of them',
    live: { containers: [{ name: 'run', image: 'x', terminationMessagePath: '/dev/termination-log' }] },
    desired: { containers: [{ name: 'run', image: 'x' }] },
    want: true,
  },
  {
    name: 'an element of others in a keyed list',
    why: 'a webhook put a sidecar in; writing again would not take it out',
    live: { containers: [{ name: 'proxy' }, { name: 'run', image: 'x' }] },
    desired: { containers: [{ name: 'run', image: 'x' }] },
    want: true,
  },
  {
    name: 'a keyed element is missing',
    why: 'somebody took it away',
    live: { env: [{ name: 'A', value: '1' }] },
    desired: {
      env: [
        { name: 'A', value: '1' },
        { name: 'B', value: '2' },
      ],
    },
    want: false,
  },
  {
    name: 'one volume mounted twice',
    why: 'told apart by the path, the names are equal',
    live: {
      volumeMounts: [
        { name: 'v', mountPath: '/b' },
        { name: 'v', mountPath: '/a', readOnly: true },
      ],
    },
    desired: {
      volumeMounts: [
        { name: 'v', mountPath: '/a', readOnly: true },
        { name: 'v', mountPath: '/b' },
      ],
    },
    want: true,
  },
  {
    name: 'elements without a key',
    why: 'compared place by place',
    live: { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }] },
    desired: { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }] },
    want: true,
  },
  {
    name: 'owners',
    why: 'told apart by uid: a namesake is another object',
    live: { ownerReferences: [{ name: 'x', uid: '1' }] },
    desired: { ownerReferences: [{ name: 'x', uid: '2' }] },
    want: false,
  },
];

describe('the live object says what is desired', () => {
  it.each(rows)('$name ($why): $want', ({ live, desired, want }) => {
    expect(covers(live, desired)).toBe(want);
  });
});
