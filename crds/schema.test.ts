import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { toSchema } from './schema.ts';

const described = (type: z.ZodType) => type.describe('something');

describe('toSchema', () => {
  const refused: { name: string; type: z.ZodType; message: RegExp }[] = [
    { name: 'a field without a description', type: z.object({ a: z.boolean() }), message: /x\.a: .*description/ },
    { name: 'a text without a limit', type: z.object({ a: described(z.string()) }), message: /x\.a: .*max/ },
    { name: 'a list without a limit', type: z.object({ a: described(z.array(z.boolean())) }), message: /x\.a: .*max/ },
    {
      name: 'a union, whose branches the API server refuses',
      type: z.object({ a: described(z.union([z.boolean(), z.int()])) }),
      message: /x\.a: a CRD cannot carry 'anyOf'/,
    },
    {
      name: 'a pattern that looks ahead',
      type: z.object({
        a: described(
          z
            .string()
            .max(5)
            .regex(/^(?=a)/),
        ),
      }),
      message: /looks around/,
    },
  ];
  for (const row of refused) {
    it(`refuses ${row.name}`, () => {
      expect(() => toSchema(row.type, 'x')).toThrow(row.message);
    });
  }

  it('gives integers a format and leaves the limits of JavaScript out', () => {
    expect(toSchema(z.object({ a: described(z.int().min(1)) }), 'x').properties).toEqual({
      a: { type: 'integer', minimum: 1, format: 'int64', description: 'something' },
    });
  });
});
