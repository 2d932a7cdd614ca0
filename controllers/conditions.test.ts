import { describe, expect, it } from '@jest/globals';
import { aWorkflow } from '../test/builders/resources.ts';
import { type Cause, Conditions, withGrace } from './conditions.ts';

const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 10, 0, second));
const missing: Cause = { reason: 'ConnectionNotFound', message: 'not there' };

describe('withGrace', () => {
  it('waits for 30 s, as the conditions remember, and then asks a person until it is there', () => {
    let conditions = Conditions.of(aWorkflow(), at(0)).list;
    const story = [0, 10, 29, 30, 60].map(second => {
      const problem = withGrace(missing, conditions, at(second));
      conditions = Conditions.of({ ...aWorkflow(), status: { conditions: [...conditions] } }, at(second)).ready(
        problem.standing,
        problem,
      ).list;
      return problem.standing;
    });
    expect(story).toEqual(['Working', 'Working', 'Working', 'Stuck', 'Stuck']);
  });

  it('begins anew for another reason', () => {
    const conditions = Conditions.of(aWorkflow(), at(0)).ready('Stuck', missing).list;
    const other: Cause = { reason: 'LookupTableNotFound', message: 'not there' };
    expect(withGrace(other, conditions, at(50)).standing).toBe('Working');
  });
});
