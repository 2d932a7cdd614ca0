import { describe, expect, it } from '@jest/globals';
import { Cache, type Change } from './cache.ts';
import type { KubeObject } from './resource.ts';

interface Thing extends KubeObject {
  secret?: string;
}

/** `shop/a@3` is the object a in namespace shop at resourceVersion 3. */
function thing(text: string, secret?: string): Thing {
  const [, namespace = '', name = '', resourceVersion = '', uid = name] =
    /^(\w+)\/(\w+)@(\d+)(?:#(\w+))?$/.exec(text) ?? [];
  return { metadata: { namespace, name, resourceVersion, uid }, ...(secret === undefined ? {} : { secret }) };
}

const text = (object: Thing | undefined): string =>
  object === undefined
    ? '-'
    : `${object.metadata.namespace}/${object.metadata.name}@${object.metadata.resourceVersion}`;

const tell = (changes: readonly (Change<Thing> | undefined)[]): string[] =>
  changes.flatMap(change => (change ? `${text(change.before)} > ${text(change.after)}` : []));

describe('a list tells the differences to what was known', () => {
  const rows: { name: string; known: string[]; namespace?: string; listed: string[]; want: string[] }[] = [
    {
      name: 'everything is new at first',
      known: [],
      listed: ['shop/a@1', 'shop/b@2'],
      want: ['- > shop/a@1', '- > shop/b@2'],
    },
    { name: 'nothing changed, nothing is told', known: ['shop/a@1'], listed: ['shop/a@1'], want: [] },
    { name: 'a missed change', known: ['shop/a@1'], listed: ['shop/a@5'], want: ['shop/a@1 > shop/a@5'] },
    { name: 'a missed delete', known: ['shop/a@1', 'shop/b@2'], listed: ['shop/b@2'], want: ['shop/a@1 > -'] },
    {
      name: 'deleted and made anew: one change, with another uid',
      known: ['shop/a@1#old'],
      listed: ['shop/a@9#new'],
      want: ['shop/a@1 > shop/a@9'],
    },
    {
      name: 'a list of one namespace says nothing about others',
      known: ['shop/a@1', 'depot/b@1'],
      namespace: 'shop',
      listed: [],
      want: ['shop/a@1 > -'],
    },
    {
      name: 'an older version counts: etcd was restored from a backup',
      known: ['shop/a@9'],
      listed: ['shop/a@3'],
      want: ['shop/a@9 > shop/a@3'],
    },
  ];
  it.each(rows)('$name', ({ known, namespace, listed, want }) => {
    const cache = new Cache<Thing>();
    cache.replace(
      known.map(one => thing(one)),
      undefined,
    );
    expect(
      tell(
        cache.replace(
          listed.map(one => thing(one)),
          namespace,
        ),
      ),
    ).toEqual(want);
    expect(cache.list(namespace).map(text)).toEqual(listed.map(one => text(thing(one))));
  });
});

it('ignores an event it had already, as after a reconnect', () => {
  const cache = new Cache<Thing>();
  expect(tell([cache.set(thing('shop/a@1')), cache.set(thing('shop/a@1'))])).toEqual(['- > shop/a@1']);
});

it('tells the last state of what was deleted, and nothing about what it never had', () => {
  const cache = new Cache<Thing>();
  cache.set(thing('shop/a@1'));
  const key = { namespace: 'shop', name: 'a' };
  expect(tell([cache.remove(key, thing('shop/a@2')), cache.remove(key)])).toEqual(['shop/a@2 > -']);
});

describe('an index', () => {
  const setUp = () => {
    const cache = new Cache<Thing>();
    cache.set(thing('shop/a@1', 'red'));
    cache.addIndex('bySecret', object => (object.secret === undefined ? [] : [object.secret]));
    cache.set(thing('shop/b@1', 'red'));
    return cache;
  };

  it('finds what was there before it and what came after', () => {
    expect(setUp().byIndex('bySecret', 'red').map(text)).toEqual(['shop/a@1', 'shop/b@1']);
  });

  it('forgets the value an object no longer has', () => {
    const cache = setUp();
    cache.set(thing('shop/a@2', 'blue'));
    cache.remove({ namespace: 'shop', name: 'b' });
    expect(cache.byIndex('bySecret', 'red')).toEqual([]);
    expect(cache.byIndex('bySecret', 'blue').map(text)).toEqual(['shop/a@2']);
  });

  it('that does not exist is named together with those that do', () => {
    expect(() => setUp().byIndex('byColour', 'red')).toThrow("there is no index 'byColour', there are: bySecret");
  });
});
