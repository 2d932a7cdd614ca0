/**
 * Certificates for the servers of one sandbox: an authority and what it issues, on elliptic curve P-256. Written out in DER because
 * Node can sign but not issue, and `openssl` is not on every machine.
 */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';

/** A certificate and its private key, both PEM. */
export interface KeyPair {
  certificate: string;
  key: string;
}

export interface Subject {
  commonName: string;
  /** Kubernetes takes it for the group of a user. */
  organization?: string;
  /** DNS names and IPv4 addresses of a server; none for a client. */
  names?: string[];
}

export interface Authority {
  certificate: string;
  issue(subject: Subject): KeyPair;
}

const tags = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  oid: 0x06,
  text: 0x0c,
  sequence: 0x30,
  set: 0x31,
};
const generalizedTime = 0x18;
const context = (number: number) => 0x80 | number;
const constructed = 0x20;

const oids = {
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
};

const dayMs = 24 * 60 * 60 * 1000;
const validDays = 365;

/** An authority that signs for one sandbox; its key never leaves this process. */
export function createAuthority(commonName: string, now = new Date()): Authority {
  const own = generateKeys();
  const certificate = signed({ commonName }, own.publicKey, { commonName }, own, true, now);
  return {
    certificate,
    issue(subject) {
      const { publicKey, privateKey } = generateKeys();
      return {
        certificate: signed(subject, publicKey, { commonName }, own, false, now),
        key: pem('PRIVATE KEY', privateKey.export({ type: 'pkcs8', format: 'der' })),
      };
    },
  };
}

/** Keys that sign tokens: the public half as SPKI, the private one as PKCS 8. */
export function createSigningKeys(): { publicKey: string; privateKey: string } {
  const { publicKey, privateKey } = generateKeys();
  return {
    publicKey: pem('PUBLIC KEY', publicKey.export({ type: 'spki', format: 'der' })),
    privateKey: pem('PRIVATE KEY', privateKey.export({ type: 'pkcs8', format: 'der' })),
  };
}

interface Keys {
  publicKey: KeyObject;
  privateKey: KeyObject;
}

function generateKeys(): Keys {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

function signed(
  subject: Subject,
  key: KeyObject,
  issuer: Subject,
  signer: Keys,
  isAuthority: boolean,
  now: Date,
): string {
  const algorithm = sequence(oid(oids.ecdsaWithSha256));
  const toBeSigned = sequence(
    der(context(0) | constructed, integer(Buffer.from([2]))), // version 3
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    algorithm,
    name(issuer),
    sequence(time(now.getTime() - dayMs), time(now.getTime() + validDays * dayMs)),
    name(subject),
    key.export({ type: 'spki', format: 'der' }),
    der(context(3) | constructed, sequence(...extensions(subject, key, signer.publicKey, isAuthority))),
  );
  const signature = sign('sha256', toBeSigned, { key: signer.privateKey, dsaEncoding: 'der' });
  return pem('CERTIFICATE', sequence(toBeSigned, algorithm, bits(signature, 0)));
}

function extensions(subject: Subject, key: KeyObject, issuerKey: KeyObject, isAuthority: boolean): Buffer[] {
  const alternatives = (subject.names ?? []).map(alternative);
  return [
    extension(oids.basicConstraints, true, isAuthority ? sequence(der(tags.boolean, Buffer.from([0xff]))) : sequence()),
    extension(
      oids.keyUsage,
      true,
      isAuthority ? bits(Buffer.from([0b0000_0110]), 1) : bits(Buffer.from([0b1000_0000]), 7),
    ),
    ...(isAuthority
      ? []
      : [extension(oids.extendedKeyUsage, false, sequence(oid(oids.serverAuth), oid(oids.clientAuth)))]),
    extension(oids.subjectKeyIdentifier, false, der(tags.octets, keyIdentifier(key))),
    extension(oids.authorityKeyIdentifier, false, sequence(der(context(0), keyIdentifier(issuerKey)))),
    ...(alternatives.length === 0 ? [] : [extension(oids.subjectAltName, false, sequence(...alternatives))]),
  ];
}

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  return sequence(oid(id), ...(critical ? [der(tags.boolean, Buffer.from([0xff]))] : []), der(tags.octets, value));
}

function alternative(host: string): Buffer {
  if (isIP(host) === 4) return der(context(7), Buffer.from(host.split('.').map(Number)));
  return der(context(2), Buffer.from(host, 'ascii'));
}

function keyIdentifier(key: KeyObject): Buffer {
  return createHash('sha1')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest();
}

function name({ commonName, organization }: Subject): Buffer {
  const part = (id: string, value: string) => der(tags.set, sequence(oid(id), der(tags.text, Buffer.from(value))));
  return sequence(
    ...(organization === undefined ? [] : [part(oids.organization, organization)]),
    part(oids.commonName, commonName),
  );
}

function time(milliseconds: number): Buffer {
  return der(
    generalizedTime,
    Buffer.from(`${new Date(milliseconds).toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`),
  );
}

function integer(value: Buffer): Buffer {
  return der(tags.integer, value);
}

function bits(value: Buffer, unused: number): Buffer {
  return der(tags.bits, Buffer.from([unused]), value);
}

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return der(tags.oid, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): number[] {
  const digits = [value & 0x7f];
  for (let left = value >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80);
  return digits;
}

function sequence(...parts: Buffer[]): Buffer {
  return der(tags.sequence, ...parts);
}

function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const header = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...header]), content]);
}

function pem(label: string, content: Buffer): string {
  const lines = content.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
