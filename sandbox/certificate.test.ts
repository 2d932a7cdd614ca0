import { createPrivateKey, createPublicKey, sign, verify, X509Certificate } from 'node:crypto';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { describe, expect, it } from '@jest/globals';
import { createAuthority, createSigningKeys } from './certificate.ts';

describe('an authority', () => {
  const authority = createAuthority('sandbox CA');

  it('signs itself and may sign others', () => {
    const certificate = new X509Certificate(authority.certificate);
    expect(certificate.subject).toBe('CN=sandbox CA');
    expect(certificate.ca).toBe(true);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
  });

  it('issues what it can be held to, with the key that belongs to it', () => {
    const { certificate, key } = authority.issue({ commonName: 'ann', organization: 'system:masters' });
    const issued = new X509Certificate(certificate);
    expect(issued.subject).toBe('O=system:masters\nCN=ann');
    expect(issued.ca).toBe(false);
    expect(issued.checkIssued(new X509Certificate(authority.certificate))).toBe(true);
    expect(issued.checkPrivateKey(createPrivateKey(key))).toBe(true);
  });

  it('gives every certificate another serial number', () => {
    const serials = [1, 2, 3].map(
      () => new X509Certificate(authority.issue({ commonName: 'a' }).certificate).serialNumber,
    );
    expect(new Set(serials).size).toBe(3);
  });

  it('makes a server that is believed under each of its names and no other', async () => {
    const { certificate, key } = authority.issue({ commonName: 'shop', names: ['shop.example.com', '127.0.0.1'] });
    const server = createServer({ cert: certificate, key }, socket => socket.end());
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    const ask = (servername: string) =>
      new Promise<string>(resolve => {
        const socket: TLSSocket = connect({ port, host: '127.0.0.1', servername, ca: authority.certificate }, () => {
          resolve('believed');
          socket.destroy();
        });
        socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      });
    expect(await ask('shop.example.com')).toBe('believed');
    expect(await ask('')).toBe('believed'); // by its address
    expect(await ask('sage.example.com')).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    await new Promise(resolve => server.close(resolve));
  });
});

it('makes signing keys of which one half verifies what the other signed', () => {
  const { publicKey, privateKey } = createSigningKeys();
  const signature = sign('sha256', Buffer.from('token'), createPrivateKey(privateKey));
  expect(verify('sha256', Buffer.from('token'), createPublicKey(publicKey), signature)).toBe(true);
});
