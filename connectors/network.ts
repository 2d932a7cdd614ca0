/**
 * Where credentials may travel. A request leaves only for a host that its Secret names, over https, to a public address; anything
 * else needs a route, which only the administrator of the installation can give. The names are resolved once per connection and
 * the connection goes to the very address that was checked.
 */
import dns from 'node:dns';
import net, { type LookupFunction } from 'node:net';
import tls from 'node:tls';
import { buildConnector } from 'undici';
import type { Route, Surroundings } from './contract.ts';
import { ConfigError } from './errors.ts';

const connectTimeoutMs = 5_000;

/** The connection was never made, so nothing was sent. `code` is the operating system's or TLS's word. */
export class NotConnected extends Error {
  override readonly name = 'NotConnected';
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** A host and port as everybody spells them: lower case, no trailing dot, IPv6 in brackets. */
interface Place {
  host: string;
  port: number;
}

/** The URL parser has already turned every spelling of an IPv4 address into dotted decimals and every name into ASCII. */
function placeOf(url: URL): Place {
  return { host: url.hostname.replace(/\.$/, ''), port: Number(url.port || (url.protocol === 'https:' ? 443 : 80)) };
}

/** The text a Secret must contain for this place: the port only where it is not the scheme's own. */
function entryOf(place: Place, scheme: string): string {
  return place.port === (scheme === 'https:' ? 443 : 80) ? place.host : `${place.host}:${place.port}`;
}

/** Splits `allowedHosts`; each entry is `host` (the scheme's own port) or `host:port`. */
export function parseAllowedHosts(text: string): ReadonlySet<string> {
  return new Set(
    text
      .split(/[\s,]+/)
      .filter(entry => entry !== '')
      .map(normalized),
  );
}

/** The spelling the URL parser gives to a host, with the port as it was written. */
function normalized(entry: string): string {
  const [, name = '', port = ''] = /^(.*?)(:\d+)?$/.exec(entry) ?? [];
  const url = URL.parse(`https://${name}`);
  return url && url.host !== '' ? url.hostname.replace(/\.$/, '') + port : entry;
}

/** Refuses a URL whose host the Secret does not name. */
export function checkAllowedHost(url: URL, allowedHosts: ReadonlySet<string> | undefined, secretName: string): void {
  const place = placeOf(url);
  const entry = entryOf(place, url.protocol);
  if (!allowedHosts) {
    throw new ConfigError(
      'AllowedHostsMissing',
      `Secret ${secretName} has no key allowedHosts; if its credentials may be sent to ${entry}, add that key with this value`,
    );
  }
  if (allowedHosts.has(entry) || allowedHosts.has(`${place.host}:${place.port}`)) return;
  throw new ConfigError(
    'HostNotAllowed',
    `the credentials of Secret ${secretName} may not be sent to ${entry}; if they may, add it to the Secret's key allowedHosts`,
  );
}

/** Refuses plain http and addresses that are not public, unless a route says otherwise; returns what opens the connections. */
export function connectorFor(origin: URL, surroundings: Surroundings): buildConnector.connector {
  if (origin.protocol !== 'https:' && origin.protocol !== 'http:') {
    throw new ConfigError(
      'InvalidConfiguration',
      `${origin.protocol} is no scheme we speak; the URL begins with https`,
    );
  }
  const place = placeOf(origin);
  const route = surroundings.routes.find(entry => normalized(entry.host) === place.host && entry.port === place.port);
  if (origin.protocol === 'http:' && !route?.plainHttp) {
    throw new ConfigError(
      'PlainHttpNotAllowed',
      `${place.host} would be reached by plain http; use https, or add to the Helm value egress.routes: ` +
        entryFor(place, route?.to ?? `${place.host}:${place.port}`, true),
    );
  }
  const to = route ? parseTarget(route) : place;
  const host = bare(place.host);
  const checked = route ? undefined : publicOnly(place);
  if (checked && net.isIP(host)) checked.check(host);

  const authorities = surroundings.certificateAuthorities;
  const open = buildConnector({
    timeout: connectTimeoutMs,
    allowH2: false,
    rejectUnauthorized: true,
    checkServerIdentity: (_name: string, certificate: tls.PeerCertificate) =>
      tls.checkServerIdentity(host, certificate),
    ...(checked && { lookup: checked.lookup }),
    ...(authorities.length > 0 && {
      secureContext: tls.createSecureContext({ ca: [...tls.getCACertificates('default'), ...authorities] }),
    }),
  });
  return (options, callback) => {
    const target = { ...options, hostname: bare(to.host), port: String(to.port) };
    if (origin.protocol === 'https:' && !net.isIP(host)) target.servername = host;
    open(target, (error, socket) => {
      if (error === null) callback(null, socket);
      else callback(error instanceof ConfigError ? error : new NotConnected(codeOf(error) ?? 'no reason given'), null);
    });
  };
}

function bare(host: string): string {
  return host.startsWith('[') ? host.slice(1, -1) : host;
}

function parseTarget(route: Route): Place {
  const url = URL.parse(`https://${route.to}`);
  if (url?.pathname !== '/') {
    throw new ConfigError('InvalidConfiguration', `egress.routes: "${route.to}" for ${route.host} is no host:port`);
  }
  return { host: url.hostname, port: Number(url.port || 443) };
}

function entryFor(place: Place, to: string, plainHttp: boolean): string {
  return `{host: "${place.host}", port: ${place.port}, to: "${to}"${plainHttp ? ', plainHttp: true' : ''}}`;
}

/** The word that the operating system, TLS or undici has for an error. */
export function codeOf(error: unknown): string | null {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : null;
}

/** A name with one address that is not public is refused altogether: which one would be taken is the name server's choice. */
function publicOnly(place: Place): { lookup: LookupFunction; check(address: string): void } {
  const check = (address: string) => {
    if (isPublic(address)) return;
    const at = `${net.isIPv6(address) ? `[${address}]` : address}:${place.port}`;
    throw new ConfigError(
      'AddressNotAllowed',
      `${place.host} has the address ${address}, which is not public; if it is meant, add to the Helm value egress.routes: ` +
        entryFor(place, at, false),
    );
  };
  const lookup: LookupFunction = (name, options, callback) => {
    dns.lookup(name, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      try {
        for (const { address } of addresses) check(address);
      } catch (refusal) {
        return callback(refusal as NodeJS.ErrnoException, []);
      }
      const [first] = addresses;
      if (options.all || !first) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
  return { lookup, check };
}

/** Everything that the IANA registries of special addresses keep from the public internet, and multicast. */
const special4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const;

const notPublic = new net.BlockList();
const global6 = new net.BlockList();
global6.addSubnet('2000::', 3, 'ipv6');
global6.addSubnet('64:ff9b::', 96, 'ipv6');
for (const [address, prefix] of special4) {
  notPublic.addSubnet(address, prefix, 'ipv4');
  notPublic.addSubnet(`64:ff9b::${address}`, 96 + prefix, 'ipv6');
}
for (const [address, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  notPublic.addSubnet(address, prefix, 'ipv6');
}

/** IPv6 is public only inside 2000::/3 and as the translation (NAT64) of a public IPv4 address; mapped and scoped ones never are. */
export function isPublic(address: string): boolean {
  if (net.isIPv4(address)) return !notPublic.check(address, 'ipv4');
  if (!net.isIPv6(address) || address.includes('%')) return false;
  return global6.check(address, 'ipv6') && !notPublic.check(address, 'ipv6');
}
