import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { controllers } from './index.ts';
import { loopPermissions, toRules } from './role.ts';

const all = [...controllers.flatMap(({ permissions }) => permissions), ...loopPermissions];

describe('toRules', () => {
  it('is the role a reviewer has seen', () => expect(toRules(all)).toMatchSnapshot());

  it('names every verb and reaches no Secret', () => {
    const text = JSON.stringify(toRules(all));
    for (const word of ['"*"', 'secrets', 'pods/exec', 'escalate', 'impersonate']) expect(text).not.toContain(word);
  });

  it('is what the chart has', () => {
    const chart = readFileSync('charts/supercargo/templates/role.yaml', 'utf8');
    for (const { resources, verbs } of toRules(all)) {
      expect(chart).toContain(`resources: [${resources.join(', ')}]\n    verbs: [${verbs.join(', ')}]`);
    }
  });

  for (const resource of ['secrets', 'pods/exec', '*']) {
    it(`refuses a controller that wants ${resource}`, () => {
      const wanted = { apiGroup: '', resources: [resource], verbs: ['get' as const], because: 'a mistake' };
      expect(() => toRules([wanted])).toThrow(`no controller may touch ${resource}`);
    });
  }

  it('merges what several want of one resource', () => {
    const one = { apiGroup: '', resources: ['pods'], verbs: ['get' as const], because: '' };
    const other = { ...one, verbs: ['list' as const] };
    expect(toRules([one, other])).toEqual([{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }]);
  });
});
