import { describe, expect, it } from '@jest/globals';
import type { Change } from './cache.ts';
import type { Informer } from './informer.ts';
import { type KubeObject, keyOf } from './resource.ts';
import { intentChanged, itsController, itself, watching } from './triggers.ts';

const thing = (metadata: Partial<KubeObject['metadata']> = {}): KubeObject => ({
  metadata: { name: 'x', namespace: 'shop', uid: 'u1', generation: 1, ...metadata },
});
const owned = (name: string, kind = 'Thing'): KubeObject =>
  thing({
    name: 'child',
    ownerReferences: [{ apiVersion: 'example.dev/v1', kind, name, uid: name, controller: true }],
  });

/** What a change wakes. */
function wakes(
  trigger: (informer: Informer<KubeObject>) => ReturnType<typeof watching>,
  change: Partial<Change<KubeObject>>,
) {
  const woken: string[] = [];
  const listeners: ((change: Change<KubeObject>) => void)[] = [];
  const informer = { onChange: (listener: (typeof listeners)[0]) => listeners.push(listener) };
  trigger(informer as unknown as Informer<KubeObject>).connect(({ name }, priority) =>
    woken.push(`${name} ${priority}`),
  );
  const key = keyOf(change.after ?? change.before ?? thing());
  for (const listener of listeners) listener({ key, before: undefined, after: undefined, initial: false, ...change });
  return woken;
}

describe('a child wakes its controller', () => {
  const trigger = (informer: Informer<KubeObject>) => watching(informer, itsController('Thing'));
  const rows: { name: string; change: Partial<Change<KubeObject>>; want: string[] }[] = [
    { name: 'when it comes', change: { after: owned('p') }, want: ['p now'] },
    { name: 'when it goes', change: { before: owned('p') }, want: ['p now'] },
    {
      name: 'less urgently when it was there already',
      change: { after: owned('p'), initial: true },
      want: ['p later'],
    },
    {
      name: 'and the former one, when it changes hands',
      change: { before: owned('p'), after: owned('q') },
      want: ['p now', 'q now'],
    },
    { name: 'but none of another kind', change: { after: owned('p', 'Other') }, want: [] },
    { name: 'and nobody when it has none', change: { after: thing() }, want: [] },
  ];
  it.each(rows)('$name', ({ change, want }) => {
    expect(wakes(trigger, change)).toEqual(want);
  });
});

describe('an object wakes its own controller', () => {
  const trigger = (informer: Informer<KubeObject>) => watching(informer, itself, intentChanged);
  const rows: { name: string; after: KubeObject; want: boolean }[] = [
    { name: 'not by a status write', after: thing({ resourceVersion: '9' }), want: false },
    { name: 'by a new generation', after: thing({ generation: 2 }), want: true },
    { name: 'by an annotation', after: thing({ annotations: { 'example.dev/now': '1' } }), want: true },
    { name: 'by a label', after: thing({ labels: { a: 'b' } }), want: true },
    { name: 'by being deleted', after: thing({ deletionTimestamp: '2026-01-01T00:00:00Z' }), want: true },
    { name: 'by being made anew, with the generation it had', after: thing({ uid: 'u2' }), want: true },
  ];
  it.each(rows)('$name: $want', ({ after, want }) => {
    const woken = wakes(trigger, { before: thing(), after });
    expect(woken.length > 0).toBe(want);
  });

  it('by coming and by going', () => {
    expect(wakes(trigger, { after: thing() })).toEqual(['x now']);
    expect(wakes(trigger, { before: thing() })).toEqual(['x now']);
  });
});
