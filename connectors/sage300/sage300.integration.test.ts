import { afterEach, describe, expect, test } from '@jest/globals';
import { conformance } from '../../test/conformance/index.ts';
import { connect } from '../connect.ts';
import { sage300 } from './facts.ts';
import { connector } from './index.ts';
import { startSage300 } from './simulator/start.ts';

const secrets = { username: 'WEBAPI', password: 'example-password' };
const customer = '/AR/ARCustomers';

conformance({
  facts: sage300,
  module: connector,
  start: () => startSage300({ credentials: secrets, company: 'SAMLTD' }),
  config: url => ({ url: `${url}/Sage300WebApi`, company: 'SAMLTD' }),
  secrets,
  wrongSecrets: [
    { ...secrets, password: 'wrong-password' },
    { ...secrets, username: 'NOBODY' },
  ],
  destination: {
    stream: 'customers',
    collection: 'ARCustomers',
    searchPath: `${customer}\\?`,
    write: { method: 'PATCH', path: `${customer}\\(` },
    entity: ({ id, email }) => ({
      CustomerNumber: id,
      ShortName: 'LEE',
      GroupCode: 'RETAIL',
      TaxGroup: 'GSTON',
      Terms: 'N30',
      CustomerName: 'Ann Lee',
      AddressLine1: '1 High St',
      PhoneNumber: '01130000000',
      Email: email,
      CustomerOptionalFieldValues: [{ CustomerNumber: id, OptionalField: 'WEBID', Value: '4711' }],
    }),
    change: {
      record: {
        email: 'ann.lee@example.test',
        firstName: 'Ann',
        lastName: 'Lee',
        company: 'Acme Ltd',
        phone: '+44 113 222',
        taxNumber: 'GB1',
        groupCode: 'whol',
        taxGroup: 'GSTOFF',
      },
      shown: {
        Email: 'ann.lee@example.test',
        CustomerName: 'Acme Ltd',
        ContactName: 'Ann Lee',
        PhoneNumber: '44113222',
        TaxRegistrationNumber1: 'GB1',
        GroupCode: 'WHOL',
        TaxGroup: 'GSTOFF',
      },
    },
    clear: { record: { phone: null, taxNumber: '' }, shown: { PhoneNumber: '', TaxRegistrationNumber1: '' } },
    text: { record: company => ({ company }), property: 'CustomerName', limit: 60 },
    tooLong: { record: { phone: '1', company: 'x'.repeat(61) }, field: 'company' },
    refusal: {
      status: 409,
      body: { error: { code: 'RecordInvalid', message: { lang: 'en-US', value: 'Ann Lee, 1 High St is not valid' } } },
    },
  },
});

describe('Sage 300 besides', () => {
  const closing: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
  const signal = new AbortController().signal;

  async function company(options: Parameters<typeof startSage300>[0] = {}) {
    const simulator = await startSage300({ credentials: secrets, company: 'SAMLTD', ...options });
    closing.push(() => simulator.close());
    const { hostname, port, host } = new URL(simulator.url);
    const pauses: number[] = [];
    const opened = connect(
      connector,
      {
        facts: sage300,
        config: { url: `${simulator.url}/Sage300WebApi/`, company: 'SAMLTD' },
        secretName: 'sage300',
        secrets: { ...secrets, allowedHosts: host },
      },
      {
        routes: [{ host: hostname, port: Number(port), to: host, plainHttp: true }],
        certificateAuthorities: [],
        now: () => new Date(),
        random: () => 0,
        sleep: async ms => {
          pauses.push(ms);
        },
      },
    );
    closing.push(() => opened.close());
    const seed = (entities: Record<string, unknown>[], collection = 'ARCustomers') =>
      simulator.system.collections.find(({ name }) => name === collection)?.seed(entities);
    const fault = (status: number, body: unknown, method = 'GET') =>
      simulator.faults.add({ do: 'status', status, body, match: { method }, skip: 0, times: 3, ms: 0 });
    const update = (record: Record<string, unknown>, id = 'C0001') => {
      const stream = opened.streams.customers;
      if (!stream?.update) throw new Error('the stream cannot be updated');
      return stream.update(id, record, null, signal);
    };
    const requests = () => [...simulator.journal.entries(0)];
    return { simulator, opened, seed, fault, update, requests, pauses };
  }

  const ann = {
    CustomerNumber: 'C0001',
    GroupCode: 'RETAIL',
    TaxGroup: 'GSTON',
    Terms: 'N30',
    CustomerName: 'Ann Lee',
  };
  const coded = (code: string) => ({ error: { code, message: { lang: 'en-US', value: 'Ann Lee, 1 High St' } } });

  test('a session is kept by its cookies', async () => {
    const { opened, simulator, update, seed } = await company();
    seed([ann]);
    await opened.probe(signal);
    await update({ company: 'Acme' });
    expect(simulator.company.sessions).toBe(1);
  });

  test('a new group does not overwrite what the mapping sets', async () => {
    const { seed, update, simulator } = await company();
    seed(
      [
        { GroupCode: 'RETAIL', Status: 'Active', TaxGroup: 'GSTON', Terms: 'N30' },
        { GroupCode: 'WHOL', Status: 'Active', TaxGroup: 'OTHER', Terms: 'N60', AccountSet: 'WHL' },
      ],
      'ARCustomerGroups',
    );
    seed([ann]);
    expect(await update({ groupCode: 'WHOL', taxGroup: 'GSTON', terms: 'N30' })).toMatchObject({ changed: true });
    const [shown] = [...(simulator.system.collections.find(({ name }) => name === 'ARCustomers')?.shown() ?? [])];
    expect(shown).toMatchObject({ GroupCode: 'WHOL', TaxGroup: 'GSTON', Terms: 'N30' });
    expect(await update({ groupCode: 'WHOL', taxGroup: 'GSTON', terms: 'N30' })).toMatchObject({ changed: false });
  });

  test.each([
    { status: 403, code: 'Forbidden', want: { name: 'ConfigError', code: 'Forbidden' } },
    { status: 409, code: 'TooManyRequests', want: { name: 'TransientError', code: 'RateLimit', applied: 'no' } },
    { status: 404, code: 'ResourceNotFound', want: { name: 'ConfigError', code: 'InvalidConfiguration' } },
    { status: 405, code: 'MethodNotAllowed', want: { name: 'ConfigError', code: 'InvalidConfiguration' } },
    { status: 400, code: 'InvalidEntityKey', want: { name: 'RecordError', code: 'Validation' } },
    { status: 500, code: 'RecordInvalid', want: { name: 'RecordError', code: 'Validation' } },
    { status: 409, code: 'RecordDuplicate', want: { name: 'RecordError', code: 'Duplicate' } },
    { status: 409, code: 'General', want: { name: 'RecordError', code: 'Validation' } },
    { status: 500, code: 'SessionError', want: { name: 'TransientError', code: 'Intermittent' } },
    { status: 500, code: 'DBLinkError', want: { name: 'TransientError', code: 'Intermittent' } },
    {
      status: 500,
      code: 'InternalServerError',
      want: { name: 'TransientError', code: 'Intermittent', applied: 'unknown' },
    },
  ])('$code with $status is $want.name $want.code', async ({ status, code, want }) => {
    const { seed, fault, update } = await company();
    seed([ann]);
    fault(status, coded(code), 'PATCH');
    const error = await update({ company: 'Acme' }).catch(error => error);
    expect(error).toMatchObject(want);
    expect(error.message).toContain(code);
    expect(error.message).not.toContain('High St');
  });

  test.each([
    { status: 423, want: { code: 'RateLimit' } },
    { status: 409, want: { code: 'RateLimit' } },
    { status: 404, want: { code: 'InvalidConfiguration' } },
    { status: 403, want: { code: 'Forbidden' } },
    { status: 500, want: { code: 'Intermittent' } },
  ])('$status without a code is $want.code', async ({ status, want }) => {
    const { fault, update } = await company();
    fault(status, { Message: 'Ann Lee' });
    await expect(update({ company: 'Acme' })).rejects.toMatchObject(want);
  });

  test('RecordNotFound is "not there" whatever the status', async () => {
    const { fault, update } = await company();
    fault(500, coded('RecordNotFound'));
    expect(await update({ company: 'Acme' })).toBeNull();
  });

  test('a customer that goes away between reading and writing is not there', async () => {
    const { seed, fault, update } = await company();
    seed([ann]);
    fault(404, coded('RecordNotFound'), 'PATCH');
    expect(await update({ company: 'Acme' })).toBeNull();
  });

  test('a module without the right is named', async () => {
    const { opened } = await company({ modules: ['TX'] });
    await expect(opened.probe(signal)).rejects.toMatchObject({
      name: 'ConfigError',
      code: 'Forbidden',
      message: expect.stringContaining('Accounts Receivable'),
    });
  });

  test('a company that is not there is a wrong setting or refused', async () => {
    const { opened } = await company({ company: 'OTHER' });
    await expect(opened.probe(signal)).rejects.toMatchObject({ name: 'ConfigError' });
  });

  test('what the server refuses is told per record: a group that does not exist', async () => {
    const { seed, update } = await company();
    seed([{ GroupCode: 'RETAIL', Status: 'Active' }], 'ARCustomerGroups');
    seed([ann]);
    await expect(update({ groupCode: 'NONE' })).rejects.toMatchObject({
      name: 'RecordError',
      code: 'Validation',
      message: expect.stringContaining('C0001'),
    });
  });

  test('a server with small pages gives all candidates', async () => {
    const { seed, opened } = await company({ pageSize: 2, nextLink: true });
    seed(Array.from({ length: 7 }, (_, n) => ({ ...ann, CustomerNumber: `C${n}`, Email: 'ann@example.test' })));
    const found = await opened.streams.customers?.find?.([{ key: '1', values: { email: 'ann@example.test' } }], signal);
    expect(found).toHaveLength(7);
  });
});
