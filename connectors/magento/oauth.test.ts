import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { oauthHeader, percentEncoded } from './oauth.ts';

const keys = {
  consumerKey: 'ck_0123456789abcdef',
  consumerSecret: 'cs_secret_value',
  accessToken: 'at_0123456789abcdef',
  accessTokenSecret: 'ts_secret_value',
};

describe('oauthHeader', () => {
  test('signs as an independent OAuth library does', () => {
    const filter = 'searchCriteria[filter_groups][0][filters][0]';
    const header = oauthHeader(
      {
        method: 'GET',
        address: 'https://shop.example.test/rest/all/V1/orders',
        query: [
          [`${filter}[field]`, 'updated_at'],
          [`${filter}[value]`, '2026-11-01 00:00:00'],
          [`${filter}[condition_type]`, 'gteq'],
          ['searchCriteria[pageSize]', '100'],
          ['searchCriteria[currentPage]', '1'],
        ],
      },
      keys,
      { nonce: 'nonce0001', timestamp: 1793491200 },
    );
    expect(header).toContain('oauth_signature="1MeEk8PAb%2BVrTwMeeiBzSGNlxv2cxuDbIU9vq2SFnCE%3D"');
    expect(header).not.toContain('secret_value');
  });
});

describe('percentEncoded', () => {
  test('gives back every text, and nothing in it means anything in a URL', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        const encoded = percentEncoded(text);
        return /^[A-Za-z0-9._~%-]*$/.test(encoded) && decodeURIComponent(encoded) === text.toWellFormed();
      }),
    );
  });
});
