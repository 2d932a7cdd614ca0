/** The command as a user types it, over the example and over what users get wrong. */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

jest.setTimeout(60_000);

const example = join(import.meta.dirname, '../../examples/magento-to-sage300');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'supercargo-map-'));
  cpSync(example, folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function map(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ['pipeline/map/main.ts', ...args]);
    return { code: 0, out: stdout, err: '' };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, err: stderr };
  }
}

const record = (fields: Record<string, unknown>) => {
  const file = join(folder, 'record.json');
  const sample = JSON.parse(readFileSync(join(folder, 'records/customer.json'), 'utf8')) as Record<string, unknown>;
  writeFileSync(file, JSON.stringify({ ...sample, ...fields }));
  return file;
};

function edit(file: string, from: string, to: string): void {
  const text = readFileSync(join(folder, file), 'utf8');
  expect(text).toContain(from);
  writeFileSync(join(folder, file), text.replace(from, to));
}

describe('map', () => {
  it('shows every field of the example with its value and why', async () => {
    const { code, out } = await map('-f', example, join(example, 'records/customer.json'));
    expect(code).toBe(0);
    expect(out).toMatch(/groupCode +"WHOL" +from group = "Wholesale"; customer-groups: row 2/);
    expect(out).toMatch(/phone +"416 555 0101" +same name/);
    expect(out).toMatch(/It would be sent/);
  });

  it('shows what would fail, and where', async () => {
    const { code, out } = await map('-f', folder, record({ group: 'VIP', phone: '1'.repeat(31) }));
    expect(code).toBe(1);
    expect(out).toMatch(/groupCode +✗ +from group = "VIP"; customer-groups: no entry \(Fail\); MissingLookup/);
    expect(out).toMatch(/phone +✗ .*Validation: phone: 31 characters, at most 30 fit/);
    expect(out).toMatch(/It would fail: MissingLookup: groupCode: lookup customer-groups has no entry for "VIP"/);
  });

  const wrong: { name: string; edit?: [string, string, string]; args?: () => string[]; message: RegExp }[] = [
    {
      name: 'YAML that does not parse',
      edit: ['workflow.yaml', 'method: Update', 'method: [Update'],
      message: /workflow\.yaml:\d+:\d+: /,
    },
    {
      name: 'a value that the kind refuses',
      edit: ['workflow.yaml', 'method: Update', 'method: Upsert'],
      message: /workflow\.yaml:\d+:15: tasks\.0\.method: /,
    },
    {
      name: 'a field that the kind does not have',
      edit: ['workflow.yaml', 'lookup: {name: customer-groups}', 'lookups: {name: customer-groups}'],
      message: /workflow\.yaml:\d+:50: no field 'tasks\.0\.mapping\.0\.lookups': did you mean 'lookup'\?/,
    },
    {
      name: 'a mapping to an unknown field',
      edit: ['workflow.yaml', 'set: groupCode', 'set: groupcode'],
      message: /InvalidMapping: .* did you mean 'groupCode'\?/,
    },
    {
      name: 'a table that is not among the files',
      edit: ['lookup-tables.yaml', 'name: tax-groups', 'name: tax'],
      message: /LookupTable tax-groups is not in the files given with -f/,
    },
    {
      name: 'a folder that is not there',
      args: () => ['-f', join(folder, 'none'), 'x.json'],
      message: /none: no such file or folder/,
    },
    { name: 'no record', args: () => ['-f', folder], message: /missing required argument 'record\.json'/ },
    {
      name: "the shop's own answer in place of a canonical record",
      args: () => ['-f', folder, record({ updatedTime: undefined, email: 7 })],
      message: /record\.json: record 1: email: .*\n.*record 1: updatedTime: /,
    },
    {
      name: 'a task that is not there',
      args: () => ['-f', folder, '--task', 'customer', record({})],
      message: /did you mean 'customers'\?/,
    },
  ];
  for (const { name, edit: edited, args, message } of wrong) {
    it(`names ${name}`, async () => {
      if (edited) edit(...edited);
      const { code, err } = await map(...(args?.() ?? ['-f', folder, record({})]));
      expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(message) });
    });
  }

  it('says in its help what a record is', async () => {
    expect((await map('--help')).out).toMatch(/one canonical record, or an array of them/);
  });
});
