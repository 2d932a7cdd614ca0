import { describe, expect, test } from '@jest/globals';
import { type Account, connect } from './connect.ts';
import type { ConnectorModule } from './contract.ts';
import { magento } from './magento/facts.ts';

const surroundings = { routes: [], certificateAuthorities: [], now: () => new Date(), random: Math.random };
const account: Account = {
  facts: magento,
  config: { url: 'https://shop.example.com' },
  secretName: 'magento',
  secrets: { accessToken: 'geheim', allowedHosts: 'shop.example.com' },
};

/** Tells what a connector would be given. */
function given(changes: Partial<Account>) {
  let seen: unknown[] = [];
  const module: ConnectorModule = {
    connect: (config, secrets, access) => {
      seen = [config, secrets, access.concurrent];
      return {
        probe: async () => ({ time: new Date() }),
        streams: {},
        requests: () => ({}),
        close: async () => undefined,
      };
    },
  };
  connect(module, { ...account, ...changes }, surroundings);
  return seen;
}

describe('connect', () => {
  test('gives the connector its settings, its secrets without allowedHosts, and its pace', () => {
    expect(given({})).toEqual([{ url: 'https://shop.example.com' }, { accessToken: 'geheim' }, 4]);
    expect(given({ limits: { concurrent: 1 } })[2]).toBe(1);
  });

  test('takes the line break off that an editor leaves at the end of a file, and nothing else', () => {
    expect(given({ secrets: { accessToken: ' a b \r\n' } })[1]).toEqual({ accessToken: ' a b ' });
  });

  test.each([
    {
      changes: { secrets: {} },
      code: 'SecretKeyMissing',
      says: 'Secret magento has no key accessToken',
      why: 'a required key is missing',
    },
    { changes: { config: {} }, code: 'InvalidConfiguration', says: 'magento.url', why: 'a setting is missing' },
    {
      changes: { config: { url: 'ftp://x' } },
      code: 'InvalidConfiguration',
      says: 'magento.url',
      why: 'a setting is wrong',
    },
  ])('refuses before anything is sent when $why', ({ changes, code, says }) => {
    expect(() => given(changes)).toThrow(
      expect.objectContaining({ name: 'ConfigError', code, message: expect.stringContaining(says) }),
    );
  });
});
