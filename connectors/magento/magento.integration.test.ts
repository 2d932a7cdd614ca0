import { afterEach, describe, expect, test } from '@jest/globals';
import { conformance } from '../../test/conformance/index.ts';
import { connect } from '../connect.ts';
import { magento } from './facts.ts';
import { connector } from './index.ts';
import { startMagento } from './simulator/start.ts';

const secrets = {
  consumerKey: 'example-consumer-key',
  consumerSecret: 'example-consumer-secret',
  accessToken: 'example-access-token',
  accessTokenSecret: 'example-access-token-secret',
};

const sql = (time: Date) => time.toISOString().slice(0, 19).replace('T', ' ');
const address = {
  id: 81,
  firstname: 'Ann',
  lastname: 'Lee',
  company: 'Acme Ltd',
  street: ['1 High St', 'Unit 4'],
  city: 'Leeds',
  postcode: 'LS1 1AA',
  country_id: 'GB',
  region: { region_code: null, region: null, region_id: 0 },
  region_id: 0,
  telephone: '0113 000000',
  vat_id: 'GB123456789',
  default_billing: true,
};

conformance({
  facts: magento,
  module: connector,
  start: () => startMagento({ credentials: secrets }),
  config: url => ({ url }),
  secrets,
  wrongSecrets: [
    { ...secrets, consumerKey: 'unknown-consumer-key' },
    { ...secrets, consumerSecret: 'wrong-consumer-secret' },
    { ...secrets, accessToken: 'unknown-access-token' },
    { accessToken: 'unknown-bearer-token' },
  ],
  source: {
    stream: 'customers',
    path: '/customers/search',
    collection: 'customers',
    surroundings: {
      taxClasses: [{ class_id: 3, class_name: 'Retail Customer', class_type: 'CUSTOMER' }],
      customerGroups: [{ id: 1, code: 'General', tax_class_id: 3 }],
    },
    entity: ({ id, changed, text = 'Lee' }) => ({
      id,
      group_id: 1,
      website_id: 1,
      store_id: 1,
      email: `customer${id}@example.test`,
      firstname: 'Ann',
      lastname: text,
      middlename: 'B',
      prefix: 'Ms',
      suffix: 'PhD',
      dob: '1990-02-28',
      gender: 2,
      taxvat: 'GB123456789',
      created_at: '2025-12-31 23:59:59',
      updated_at: sql(changed),
      default_billing: String(1000 + id),
      addresses: [{ ...address, id: 1000 + id }],
      custom_attributes: [{ attribute_code: 'erp_number', value: 'C1' }],
    }),
    bare: ({ id, changed }) => ({
      id,
      group_id: 77,
      website_id: 1,
      store_id: 1,
      email: `customer${id}@example.test`,
      firstname: 'Ann',
      created_at: '2025-12-31 23:59:59',
      updated_at: sql(changed),
      addresses: [],
    }),
    textField: 'lastName',
    change: { firstname: 'Changed' },
    impossibleKeys: ['', '0', '-1', '1.5', '1,2', '2 or 1=1', 'x', '99999999999999999999'],
  },
});

describe('Magento besides', () => {
  const closing: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
  const signal = new AbortController().signal;
  const window = { from: null, to: new Date('2030-01-01') };

  async function shop(options: Parameters<typeof startMagento>[0] = {}, keys: Record<string, string> = secrets) {
    const simulator = await startMagento({ credentials: secrets, ...options });
    closing.push(() => simulator.close());
    const { hostname, port, host } = new URL(simulator.url);
    const access = {
      facts: magento,
      config: { url: simulator.url },
      secretName: 'magento',
      secrets: { ...keys, allowedHosts: host },
    };
    const opened = connect(connector, access, {
      routes: [{ host: hostname, port: Number(port), to: host, plainHttp: true }],
      certificateAuthorities: [],
      now: () => new Date(),
      random: () => 0,
      sleep: async () => undefined,
    });
    closing.push(() => opened.close());
    const seed = (collection: string, entities: Record<string, unknown>[]) =>
      simulator.system.collections.find(({ name }) => name === collection)?.seed(entities);
    const read = async () => (await opened.streams.customers?.read?.(window, null, signal))?.records ?? [];
    return { simulator, opened, seed, read };
  }

  const rights = ['Magento_Customer::customer', 'Magento_Customer::group', 'Magento_Backend::store'];

  describe.each([
    { keys: secrets, how: 'signed requests' },
    { keys: { accessToken: secrets.accessToken }, how: 'a bearer token' },
  ])('with $how', ({ keys }) => {
    test.each(rights)('a missing right %s is named when the account is probed', async right => {
      const { opened } = await shop({ permissions: rights.filter(other => other !== right) }, keys);
      await expect(opened.probe(signal)).rejects.toMatchObject({
        name: 'ConfigError',
        code: 'Forbidden',
        message: expect.stringContaining(right),
      });
    });

    test('exactly the rights that the README lists are enough', async () => {
      const { opened } = await shop({ permissions: rights }, keys);
      expect((await opened.probe(signal)).time).toBeInstanceOf(Date);
    });
  });

  test('a shop that does not allow bearer tokens refuses the credentials, and is asked three times at most', async () => {
    const { opened, simulator } = await shop({ bearer: false }, { accessToken: secrets.accessToken });
    await expect(opened.probe(signal)).rejects.toMatchObject({ code: 'CredentialsRefused' });
    expect([...simulator.journal.entries(0)].length).toBeLessThanOrEqual(3);
  });

  test.each(['consumerKey', 'consumerSecret', 'accessTokenSecret'])(
    'three of the four values (no %s) are a mistake',
    async key => {
      const some = Object.fromEntries(Object.entries(secrets).filter(([name]) => name !== key));
      await expect(shop({}, some)).rejects.toMatchObject({
        code: 'SecretKeyMissing',
        message: expect.stringContaining(key),
      });
    },
  );

  test('a clock that is hours ahead of the shop does not keep us from signing', async () => {
    const { opened, simulator } = await shop();
    simulator.clock.skewSeconds = -7200;
    expect((await opened.probe(signal)).time.getTime()).toBeLessThan(Date.now() - 7_000_000);
  });

  test('a path that is no shop is a wrong url', async () => {
    const simulator = await startMagento();
    closing.push(() => simulator.close());
    const { hostname, port, host } = new URL(simulator.url);
    const wrong = connect(
      connector,
      {
        facts: magento,
        config: { url: `${simulator.url}/store` },
        secretName: 'magento',
        secrets: { ...secrets, allowedHosts: host },
      },
      {
        routes: [{ host: hostname, port: Number(port), to: host, plainHttp: true }],
        certificateAuthorities: [],
        now: () => new Date(),
        random: () => 0,
      },
    );
    closing.push(() => wrong.close());
    await expect(wrong.probe(signal)).rejects.toMatchObject({ code: 'InvalidConfiguration' });
  });

  test('numbers become names', async () => {
    const { seed, read } = await shop();
    seed('taxClasses', [{ class_id: 3, class_name: 'Retail Customer', class_type: 'CUSTOMER' }]);
    seed(
      'customerGroups',
      Array.from({ length: 230 }, (_, n) => ({ id: n, code: `Group ${n}`, tax_class_id: 3 })),
    );
    seed('customers', [
      { id: 1, email: 'a@x.test', group_id: 229, gender: 3 },
      { id: 2, email: 'b@x.test', group_id: 999, website_id: 9, store_id: 0, gender: 0 },
    ]);
    const [first, second] = await read();
    expect(first).toMatchObject({
      group: 'Group 229',
      taxClass: 'Retail Customer',
      website: 'base',
      storeView: 'default',
      gender: 'Not Specified',
    });
    expect(second).toMatchObject({ storeView: 'admin' });
    for (const field of ['group', 'taxClass', 'website', 'gender']) expect(second).not.toHaveProperty(field);
  });

  test('the names are read once, and again after a failure', async () => {
    const { seed, opened, simulator } = await shop();
    seed('customers', [{ id: 1, email: 'a@x.test' }]);
    const read = () => opened.streams.customers?.read?.(window, null, signal);
    simulator.faults.add({ do: 'status', status: 503, match: { path: 'customerGroups' }, skip: 0, times: 3, ms: 0 });
    await expect(read()).rejects.toMatchObject({ name: 'TransientError' });
    await read();
    await read();
    const asked = [...simulator.journal.entries(0)].filter(({ url }) => url.includes('customerGroups'));
    expect(asked).toHaveLength(4);
  });

  test('the default addresses, attributes and company of a customer', async () => {
    const { seed, read } = await shop({ customAttributes: ['erp_number', 'hobbies', 'emptied'] });
    seed('customers', [
      {
        id: 4711,
        email: 'Ann@Acme.test',
        firstname: 'Ann',
        lastname: 'Lee',
        confirmation: 'abc',
        default_billing: '81',
        default_shipping: '82',
        addresses: [
          { ...address, id: 80, company: 'Elsewhere', default_billing: undefined },
          address,
          {
            ...address,
            id: 82,
            company: undefined,
            default_billing: undefined,
            default_shipping: true,
            region: { region_code: 'NSW', region: 'New South Wales', region_id: 7 },
          },
        ],
        custom_attributes: [
          { attribute_code: 'erp_number', value: 'C000123' },
          { attribute_code: 'hobbies', value: ['12', '15'] },
        ],
        extension_attributes: { company_attributes: { company_id: 2 } },
      },
    ]);
    expect(await read()).toEqual([
      expect.objectContaining({
        key: '4711',
        email: 'Ann@Acme.test',
        company: 'Acme Ltd',
        phone: '0113 000000',
        active: false,
        isCompanyAccount: true,
        tags: [],
        billingAddress: expect.objectContaining({
          key: '81',
          street: ['1 High St', 'Unit 4'],
          country: 'GB',
          taxNumber: 'GB123456789',
          isDefaultBilling: true,
          isDefaultShipping: false,
          region: null,
        }),
        shippingAddress: expect.objectContaining({
          key: '82',
          company: null,
          regionCode: 'NSW',
          region: 'New South Wales',
          isDefaultShipping: true,
        }),
        attributes: { emptied: '', erp_number: 'C000123', hobbies: '12,15' },
      }),
    ]);
  });
});
