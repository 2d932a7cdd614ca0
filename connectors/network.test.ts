import { describe, expect, test } from '@jest/globals';
import type { Route } from './contract.ts';
import { checkAllowedHost, connectorFor, isPublic, parseAllowedHosts } from './network.ts';

const surroundings = (routes: Route[] = []) => ({
  routes,
  certificateAuthorities: [],
  now: () => new Date(),
  random: Math.random,
});

describe('isPublic', () => {
  test.each(['8.8.8.8', '100.128.0.1', '172.32.0.1', '2606:4700::1111', '64:ff9b::8.8.8.8'])('%s is', address => {
    expect(isPublic(address)).toBe(true);
  });

  test.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.0.9',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '::7f00:1',
    '64:ff9b::10.0.0.1',
    '64:ff9b:1::1',
    'fc00::1',
    'fd12::1',
    'fe80::1',
    'fe80::1%eth0',
    'ff02::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    'no address',
    '',
  ])('%s is not', address => {
    expect(isPublic(address)).toBe(false);
  });
});

describe('a plain address in a URL', () => {
  test.each([
    'https://127.0.0.1',
    'https://127.1',
    'https://2130706433',
    'https://0x7f000001',
    'https://0x7f.1',
    'https://0177.0.0.1',
    'https://[::1]',
    'https://[::ffff:127.0.0.1]',
    'https://127.0.0.1.',
    'https://①②⑦.0.0.1',
    'https://169.254.169.254',
  ])('%s needs a route however it is spelled', url => {
    expect(() => connectorFor(new URL(url), surroundings())).toThrow(/not public.*egress\.routes.*\{host: /);
  });

  test('with a route is reached', () => {
    const routes = [{ host: '127.0.0.1', port: 443, to: '127.0.0.1:8443' }];
    expect(connectorFor(new URL('https://0x7f.1'), surroundings(routes))).toBeInstanceOf(Function);
  });
});

describe('plain http', () => {
  test('needs a route that says so', () => {
    const url = new URL('http://sage.example.com');
    const route = { host: 'sage.example.com', port: 80, to: '10.0.0.5:80' };
    const refusal = 'egress.routes: {host: "sage.example.com", port: 80, to: "10.0.0.5:80", plainHttp: true}';
    expect(() => connectorFor(url, surroundings([route]))).toThrow(refusal);
    expect(connectorFor(url, surroundings([{ ...route, plainHttp: true }]))).toBeInstanceOf(Function);
  });

  test('no other scheme is spoken at all', () => {
    expect(() => connectorFor(new URL('file:///etc/passwd'), surroundings())).toThrow('file: is no scheme we speak');
  });
});

describe('allowedHosts', () => {
  test.each([
    { text: 'shop.example.com', url: 'https://shop.example.com/a', why: 'the host' },
    { text: 'Shop.Example.COM.', url: 'https://shop.example.com', why: 'spelled otherwise' },
    { text: 'a.test,\n shop.example.com:8443\tb.test', url: 'https://shop.example.com:8443', why: 'one of several' },
    { text: 'shop.example.com:443', url: 'https://shop.example.com', why: 'the usual port written out' },
    { text: 'sage.lan', url: 'http://sage.lan', why: 'the usual port of plain http' },
    { text: 'münchen.example', url: 'https://xn--mnchen-3ya.example', why: 'a name in its own letters' },
    { text: '[::1]:8443', url: 'https://[0:0::1]:8443', why: 'an address in another notation' },
  ])('$text lets $url through: $why', ({ text, url }) => {
    expect(() => checkAllowedHost(new URL(url), parseAllowedHosts(text), 'magento')).not.toThrow();
  });

  test.each([
    { text: 'shop.example.com', url: 'https://shop.example.com:8443', why: 'another port' },
    { text: 'example.com', url: 'https://shop.example.com', why: 'a parent is no permission' },
    { text: 'shop.example.com', url: 'https://shop.example.com.evil.test', why: 'a longer name' },
    { text: '*', url: 'https://shop.example.com', why: 'there is no wildcard' },
    { text: ' ', url: 'https://shop.example.com', why: 'nothing is named' },
  ])('$text stops $url: $why', ({ text, url }) => {
    const check = () => checkAllowedHost(new URL(url), parseAllowedHosts(text), 'magento');
    expect(check).toThrow(/Secret magento.*add it to the Secret's key allowedHosts/);
  });

  test('must be there', () => {
    const check = () => checkAllowedHost(new URL('https://shop.example.com'), undefined, 'magento');
    expect(check).toThrow('Secret magento has no key allowedHosts');
  });
});
