import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ask, type Reply } from '../../../test/servers/client.ts';
import { baseString, signature } from './oauth.ts';
import { standardSettings } from './shop.ts';
import { type MagentoOptions, type MagentoSimulator, startMagento } from './start.ts';

const { credentials } = standardSettings;

test('the test vector of the reference page, confirmed with an independent library', () => {
  const filter = 'searchCriteria[filter_groups][0][filters][0]';
  const parameters: [string, string][] = [
    ['oauth_consumer_key', 'ck_0123456789abcdef'],
    ['oauth_nonce', 'nonce0001'],
    ['oauth_signature_method', 'HMAC-SHA256'],
    ['oauth_timestamp', '1793491200'],
    ['oauth_token', 'at_0123456789abcdef'],
    ['oauth_version', '1.0'],
    [`${filter}[field]`, 'updated_at'],
    [`${filter}[value]`, '2026-11-01 00:00:00'],
    [`${filter}[condition_type]`, 'gteq'],
    ['searchCriteria[pageSize]', '100'],
    ['searchCriteria[currentPage]', '1'],
  ];
  const base = baseString('GET', 'https://shop.example.test/rest/all/V1/orders', parameters);
  expect(signature(base, 'cs_secret_value', 'ts_secret_value')).toBe('1MeEk8PAb+VrTwMeeiBzSGNlxv2cxuDbIU9vq2SFnCE=');
});

let simulator: MagentoSimulator;
const start = async (options: MagentoOptions = {}) => {
  simulator = await startMagento(options);
};
beforeEach(() => start());
afterEach(() => simulator.close());

const encoded = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, one => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
let nonces = 0;

/** Signs as Adobe's own sample does, written anew here so that the simulator is not held against itself. */
function authorization(
  method: string,
  path: string,
  changes: Record<string, string | undefined> = {},
  origin = simulator.url,
): string {
  nonces += 1;
  const [route = '', query = ''] = path.split('?');
  const all: Record<string, string | undefined> = {
    oauth_consumer_key: credentials.consumerKey,
    oauth_nonce: `nonce${nonces}`,
    oauth_signature_method: 'HMAC-SHA256',
    oauth_timestamp: String(Math.floor(Date.now() / 1000)),
    oauth_token: credentials.accessToken,
    ...changes,
  };
  const oauth = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const asked =
    query === '' ? [] : query.split('&').map(pair => pair.split('=').map(decodeURIComponent) as [string, string]);
  const pairs = [...oauth, ...asked].map(([name, value]) => [encoded(name), encoded(value)] as const);
  const joined = pairs
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(pair => pair.join('='))
    .join('&');
  const base = [method, encoded(origin + route), encoded(joined)].join('&');
  const key = `${credentials.consumerSecret}&${credentials.accessTokenSecret}`;
  const signed = createHmac('sha256', key).update(base).digest('base64');
  return `OAuth ${[...oauth, ['oauth_signature', signed] as const].map(([name, value]) => `${name}="${encoded(value)}"`).join(',')}`;
}

const websites = '/rest/V1/store/websites';
const get = (path: string, header: string, more: Record<string, string> = {}): Promise<Reply> =>
  ask(`${simulator.url}${path}`, { headers: { authorization: header, ...more } });

describe('a request that is signed right', () => {
  const filter = 'searchCriteria%5Bfilter_groups%5D%5B0%5D%5Bfilters%5D%5B0%5D';
  test.each([
    ['without a query', websites],
    [
      'with brackets as they are',
      `/rest/all/V1/customers/search?${decodeURIComponent(filter)}[field]=email&${decodeURIComponent(filter)}[value]=a%20b`,
    ],
    [
      'with brackets encoded',
      `/rest/all/V1/customers/search?${filter}%5Bfield%5D=email&${filter}%5Bvalue%5D=a%2Bb%40c.example`,
    ],
    ['with an empty value', '/rest/V1/customers/search?searchCriteria='],
  ])('%s', async (_, path) => {
    expect(await get(path, authorization('GET', path))).toMatchObject({ status: 200 });
  });

  test('with oauth_version 1.0', async () => {
    expect(await get(websites, authorization('GET', websites, { oauth_version: '1.0' }))).toMatchObject({
      status: 200,
    });
  });

  test('for the host and scheme that a proxy in front tells', async () => {
    const header = authorization('GET', websites, {}, 'https://shop.example.com');
    const proxied = { host: 'shop.example.com:443', 'x-forwarded-proto': 'https' };
    expect(await get(websites, header, proxied)).toMatchObject({ status: 200 });
  });

  test('with a timestamp of last year: only the future is refused', async () => {
    expect(await get(websites, authorization('GET', websites, { oauth_timestamp: '1700000000' }))).toMatchObject({
      status: 200,
    });
  });
});

describe('a request that is refused', () => {
  const ahead = String(Math.floor(Date.now() / 1000) + 660);
  test.each([
    ['another consumer', { oauth_consumer_key: 'other' }, 401, 'A consumer having the specified key does not exist'],
    ['another token', { oauth_token: 'other' }, 401, 'Specified token does not exist'],
    ['HMAC-SHA1', { oauth_signature_method: 'HMAC-SHA1' }, 400, 'Signature method %1 is not supported'],
    ['version 2.0', { oauth_version: '2.0' }, 400, `The "%1" Oauth version isn't supported.`],
    ['no nonce', { oauth_nonce: undefined }, 400, '"%fieldName" is required. Enter and try again.'],
    [
      '660 s ahead',
      { oauth_timestamp: ahead },
      400,
      'The timestamp value in the oauth_timestamp parameter is invalid.',
    ],
  ])('%s', async (_, changes: Record<string, string | undefined>, status, message) => {
    expect(await get(websites, authorization('GET', websites, changes))).toMatchObject({ status, body: { message } });
  });

  test('signed for another address', async () => {
    const header = authorization('GET', '/rest/V1/store/storeViews');
    const want = { status: 401, body: { message: 'The signature is invalid. Verify and try again.' } };
    expect(await get(websites, header)).toMatchObject(want);
  });

  test('signed with spaces as plus signs: they stay plus signs in the base string', async () => {
    const path = '/rest/V1/customers/search?searchCriteria=a%20b';
    expect(await get(path.replace('%20', '+'), authorization('GET', path))).toMatchObject({ status: 401 });
  });

  test('a nonce that was used', async () => {
    const header = authorization('GET', websites);
    expect(await get(websites, header)).toMatchObject({ status: 200 });
    const message = 'The nonce is already being used by the consumer with ID %1.';
    expect(await get(websites, header)).toMatchObject({ status: 401, body: { message } });
  });

  test('a clock that is 90 minutes behind takes our time for the future', async () => {
    simulator.clock.skewSeconds = -5400;
    expect(await get(websites, authorization('GET', websites))).toMatchObject({ status: 400 });
  });
});

describe('without OAuth', () => {
  const message = "The consumer isn't authorized to access %resources.";
  const parameters = { resources: 'Magento_Backend::store' };
  const bearer = 'Bearer example-access-token';

  test('no credentials and wrong ones are told alike', async () => {
    for (const header of ['', 'Bearer other', 'Basic YTpi']) {
      expect(await get(websites, header)).toMatchObject({ status: 401, body: { message, parameters } });
    }
  });

  test('the access token alone works unless the shop switched it off', async () => {
    expect(await get(websites, bearer)).toMatchObject({ status: 200 });
    await simulator.close();
    await start({ bearer: false });
    expect(await get(websites, bearer)).toMatchObject({ status: 401 });
  });

  test('a missing permission is 401 too and names the resource', async () => {
    await simulator.close();
    await start({ permissions: ['Magento_Customer::customer'] });
    expect(await get(websites, bearer)).toMatchObject({ status: 401, body: { message, parameters } });
    expect(await get('/rest/V1/customers/search?searchCriteria=', bearer)).toMatchObject({ status: 200 });
  });
});
