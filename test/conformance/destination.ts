/** What every destination stream does: finds exactly, writes what differs, and leaves everything else alone. */
import { describe, expect, test } from '@jest/globals';
import type { Destination, Entity, Subject } from './subject.ts';
import { awkwardTexts } from './texts.ts';
import type { World } from './world.ts';

export function destinationConformance(subject: Subject, destination: Destination, world: () => World): void {
  const { collection, entity, change, clear, text, tooLong, refusal, searchPath, write } = destination;
  if (!subject.facts.streams[destination.stream]?.destination) {
    throw new Error(`the facts declare no destination stream ${destination.stream}`);
  }
  const signal = new AbortController().signal;
  const ann = entity({ id: 'C0001', email: 'ann@example.test' });
  const seed = (entities: Entity[]) => world().reset({ [collection]: entities });
  const open = () => world().stream(destination.stream);
  const update = (record: Record<string, unknown>, id = 'C0001') => open().update(id, record, null, signal);

  /** The entity as the system shows it. */
  async function shown(place = 0): Promise<Entity> {
    const all = await world().control.all(collection);
    return all[place] ?? {};
  }

  describe('finding', () => {
    const find = async (...emails: string[]) => {
      const found = await open().find(
        emails.map((email, n) => ({ key: String(n), values: { email } })),
        signal,
      );
      return found.map(({ key, id }) => `${key} ${id}`).sort();
    };

    test.each([
      { stored: 'ann@example.test', asked: 'ann@example.test', found: true, why: 'the same' },
      { stored: 'ann@example.test', asked: '  Ann@Example.TEST ', found: true, why: 'case and blanks do not count' },
      { stored: "o'hara@example.test", asked: "O'Hara@example.test", found: true, why: 'a quote is a letter' },
      { stored: 'ann+shop@example.test', asked: 'ann+shop@example.test', found: true, why: 'so is a plus' },
      {
        stored: 'ann%20x&y=z@example.test',
        asked: 'ann%20x&y=z@example.test',
        found: true,
        why: 'and what addresses use',
      },
      { stored: 'jürgen@münchen.example', asked: 'JÜRGEN@münchen.example', found: true, why: 'letters of all kinds' },
      { stored: 'ann@example.test', asked: 'ann@example.tes', found: false, why: 'a beginning' },
      { stored: 'ann@example.test', asked: 'nn@example.test', found: false, why: 'an end' },
      { stored: 'ann+shop@example.test', asked: 'ann@example.test', found: false, why: 'a tag makes another address' },
      { stored: 'a.nn@example.test', asked: 'ann@example.test', found: false, why: 'a dot too' },
      { stored: 'annx@example.test', asked: 'ann_@example.test', found: false, why: 'signs that databases match by' },
      { stored: 'ann@example.test', asked: '%', found: false, why: 'everything' },
      { stored: '', asked: '', found: false, why: 'nothing' },
      { stored: 'ann@example.test', asked: "x' or 'a' eq 'a", found: false, why: 'a condition in disguise' },
    ])('$asked in $stored: $why', async ({ stored, asked, found }) => {
      await seed([entity({ id: 'C0001', email: stored })]);
      expect(await find(asked)).toEqual(found ? ['0 C0001'] : []);
    });

    test('two candidates are two, for the pipeline to decide', async () => {
      await seed([ann, entity({ id: 'C0002', email: 'Ann@example.test' })]);
      expect(await find('Ann@example.test')).toEqual(['0 C0001', '0 C0002']);
    });

    test('many are found at once', async () => {
      const emails = Array.from({ length: 120 }, (_, n) => `customer.number.${n}@shop.example.test`);
      await seed(emails.map((email, n) => entity({ id: `C${1000 + n}`, email })));
      expect(await find(...emails, 'nobody@example.test')).toHaveLength(120);
      expect((await world().control.journal()).length).toBeLessThanOrEqual(20);
    });

    test.each(['reset-before', 'reset-after', 'truncate', 'late'])('heals by itself after %s', async fault => {
      await seed([ann]);
      await world().control.fault({ do: fault, match: { path: searchPath } });
      expect(await find('ann@example.test')).toEqual(['0 C0001']);
    });

    test.each([{ body: {} }, { body: [] }, { body: '' }])(
      'an answer without the list ($body) is not "none found"',
      async ({ body }) => {
        await seed([ann]);
        await world().control.fault({ do: 'status', status: 200, body, match: { path: searchPath }, times: 3 });
        expect(await world().failure(find('ann@example.test'))).toMatchObject({ name: 'TransientError' });
      },
    );

    test('a refused search is the error of its records, which the pipeline then searches one by one', async () => {
      await seed([ann]);
      await world().control.fault({ do: 'status', ...refusal, match: { path: searchPath } });
      expect(await world().failure(find('ann@example.test'))).toMatchObject({
        name: 'RecordError',
        code: 'Validation',
      });
    });

    test('nothing asked, nothing sent', async () => {
      await seed([ann]);
      expect(await find()).toEqual([]);
      expect(await world().control.journal()).toEqual([]);
    });
  });

  describe('updating', () => {
    test('writes what differs and leaves the rest alone', async () => {
      await seed([ann]);
      const before = await shown();
      expect(await update(change.record)).toMatchObject({ id: 'C0001', changed: true });
      const after = await shown();
      expect(after).toMatchObject(change.shown);
      const others = Object.keys(before).filter(
        name => !(name in change.shown) && JSON.stringify(before[name]) !== JSON.stringify(after[name]),
      );
      expect(others.filter(name => !/Date|Time|modified/i.test(name))).toEqual([]);
    });

    test('writes nothing the second time', async () => {
      await seed([ann]);
      await update(change.record);
      expect(await update(change.record)).toMatchObject({ id: 'C0001', changed: false });
      expect(await world().control.writes()).toHaveLength(1);
    });

    test('of an entity that is not there says so and writes nothing', async () => {
      await seed([ann]);
      expect(await update(change.record, 'C9999')).toBeNull();
      expect(await update(change.record, "C'1")).toBeNull();
      expect(await world().control.writes()).toEqual([]);
    });

    test('null clears, and is no change the second time', async () => {
      await seed([ann]);
      await update(change.record);
      expect(await update(clear.record)).toMatchObject({ changed: true });
      expect(await shown()).toMatchObject(clear.shown);
      expect(await update(clear.record)).toMatchObject({ changed: false });
    });

    test('a record without fields changes nothing', async () => {
      await seed([ann]);
      expect(await update({})).toMatchObject({ changed: false });
      expect(await world().control.writes()).toEqual([]);
    });

    test.each(awkwardTexts)('carries $text: $why', async ({ text: value }) => {
      await seed([ann]);
      await update(text.record(value));
      expect((await shown())[text.property]).toBe(value);
      expect(await update(text.record(value))).toMatchObject({ changed: false });
    });

    test('a text as long as allowed is kept whole', async () => {
      await seed([ann]);
      await update(text.record('x'.repeat(text.limit)));
      expect((await shown())[text.property]).toBe('x'.repeat(text.limit));
    });

    test('a text that is too long is the error of the record, and nothing is written', async () => {
      await seed([ann]);
      expect(await world().failure(update(tooLong.record))).toMatchObject({
        name: 'RecordError',
        code: 'Validation',
        field: tooLong.field,
      });
      expect(await world().control.writes()).toEqual([]);
    });

    test('values that the system refuses are the error of the record, told once and without its sentence', async () => {
      await seed([ann]);
      await world().control.fault({ do: 'status', ...refusal, match: write });
      const error = await world().failure(update(change.record));
      expect(error).toMatchObject({ name: 'RecordError', code: 'Validation' });
      expect(error.message).toContain('C0001');
      expect(await world().control.writes()).toHaveLength(1);
    });

    test.each(['reset-before', 'reset-after', 'late'])(
      'is repeated after %s, because repeating does no harm',
      async fault => {
        await seed([ann]);
        await world().control.fault({ do: fault, match: write });
        expect(await update(change.record)).toMatchObject({ id: 'C0001' });
        expect(await shown()).toMatchObject(change.shown);
      },
    );
  });
}
