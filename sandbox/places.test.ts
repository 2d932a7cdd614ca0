import { expect, it } from '@jest/globals';
import { placesOf } from './places.ts';

it('keeps everything of a sandbox in one directory but the lock, which outlives it', () => {
  const { name, dir, lock, ...inside } = placesOf('two');
  expect(name).toBe('two');
  expect(dir).toMatch(/\/\.sandbox\/two$/);
  expect(lock.startsWith(`${dir}/`)).toBe(false);
  for (const path of Object.values(inside)) expect(path.startsWith(`${dir}/`)).toBe(true);
});

it.each(['', '../two', 'a/b', 'Two', '.', `a${'b'.repeat(31)}`])('refuses %j as a name', name => {
  expect(() => placesOf(name)).toThrow('is no name for a sandbox');
});
