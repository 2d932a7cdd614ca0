/** What every connector does with the account itself: log in, tell who must act when something is wrong, stop when asked. */
import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import type { Subject } from './subject.ts';
import type { World } from './world.ts';

export function connectionConformance(subject: Subject, world: () => World): void {
  const signal = new AbortController().signal;
  const required = Object.entries(subject.facts.secretKeys).flatMap(([key, { required }]) => (required ? [key] : []));

  describe('the account', () => {
    test('a probe logs in and tells the time of the system', async () => {
      await world().reset();
      await world().control.clock(-3600);
      const connector = world().connect();
      const { time } = await connector.probe(signal);
      expect(Math.abs(time.getTime() - (Date.now() - 3_600_000))).toBeLessThan(5_000);
      expect(Object.keys(connector.requests())).toContain('200');
    });

    test('two that are the same have the same identity, others another', () => {
      const identity = (url: string) => subject.facts.identity(subject.config(url) as never);
      expect(identity('https://ONE.test:443')).toBe(identity('https://one.test'));
      expect(identity('https://one.test')).not.toBe(identity('https://two.test'));
    });

    test.each(required)('without the key %s nothing is sent', async key => {
      await world().reset();
      const secrets = Object.fromEntries(Object.entries(subject.secrets).filter(([name]) => name !== key));
      const attempt = async () => world().connect({ secrets });
      expect(await world().failure(attempt())).toMatchObject({ name: 'ConfigError', code: 'SecretKeyMissing' });
      expect(await world().control.journal()).toEqual([]);
    });

    test.each(subject.wrongSecrets.map((secrets, n) => ({ n, secrets })))(
      'refused credentials (case $n) are told after at most three log-ins',
      async ({ secrets }) => {
        await world().reset();
        const error = await world().failure(world().connect({ secrets }).probe(signal));
        expect(error).toMatchObject({ name: 'ConfigError', code: 'CredentialsRefused' });
        expect((await world().control.journal()).length).toBeLessThanOrEqual(3);
      },
    );
  });

  describe('a system in trouble', () => {
    const probeDuring = async (fault: Record<string, unknown>) => {
      await world().reset();
      await world().control.fault({ times: 50, ...fault });
      return world().failure(world().connect().probe(signal));
    };

    test('that answers pages instead of JSON needs time, and the page stays out of the message', async () => {
      const error = await probeDuring({ do: 'html' });
      expect(error).toMatchObject({ name: 'TransientError', code: 'NotJson' });
      expect(error.message).not.toMatch(/<|Maintenance/);
    });

    test.each([500, 502, 503, 504])('that answers %i needs time, and is left after three tries', async status => {
      expect(await probeDuring({ do: 'status', status })).toMatchObject({ name: 'TransientError' });
      expect(await world().control.journal()).toHaveLength(3);
    });

    test('that asks to wait is waited for', async () => {
      await world().reset();
      await world().control.fault({ do: 'status', status: 429, headers: { 'Retry-After': '7' } });
      await world().connect().probe(signal);
      expect(world().pauses).toContain(7000);
    });

    test('that asks to wait for an hour is not waited for', async () => {
      const error = await probeDuring({ do: 'status', status: 429, headers: { 'Retry-After': '3600' } });
      expect(error).toMatchObject({ name: 'TransientError', code: 'RateLimit', retryAfterSeconds: 3600 });
      expect(world().pauses).toEqual([]);
    });

    test('that moved is a wrong setting, and is not followed', async () => {
      const headers = { Location: 'https://elsewhere.example.test/' };
      expect(await probeDuring({ do: 'status', status: 302, headers })).toMatchObject({
        name: 'ConfigError',
        code: 'InvalidConfiguration',
      });
    });

    test('that drips is left at the deadline', async () => {
      await world().reset();
      await world().control.fault({ do: 'drip', ms: 20, times: 50 });
      const connector = world().connect({ surroundings: { requestDeadlineMs: 50 } });
      const error = await world().failure(connector.probe(signal));
      expect(error).toMatchObject({ name: 'TransientError', code: 'ConnectionDown', applied: 'unknown' });
    });

    test('that is down is told as such, and certainly did nothing', async () => {
      const { hostname, port } = new URL(world().url);
      const nobody = [{ host: hostname, port: Number(port), to: '127.0.0.1:9', plainHttp: true }];
      const error = await world().failure(
        world()
          .connect({ surroundings: { routes: nobody } })
          .probe(signal),
      );
      expect(error).toMatchObject({ name: 'TransientError', code: 'ConnectionDown', applied: 'no' });
    });

    test('without a route to it gets nothing', async () => {
      await world().reset();
      const error = await world().failure(
        world()
          .connect({ surroundings: { routes: [] } })
          .probe(signal),
      );
      expect(error).toMatchObject({
        name: 'ConfigError',
        code: expect.stringMatching(/^(PlainHttp|Address)NotAllowed$/),
      });
      expect(await world().control.journal()).toEqual([]);
    });
  });

  describe('stopping', () => {
    test('ends a request that waits', async () => {
      await world().reset();
      await world().control.fault({ do: 'delay', ms: 1_000, times: 50 });
      const stop = new AbortController();
      const started = Date.now();
      setTimeout(() => stop.abort(), 50);
      await world().failure(world().connect().probe(stop.signal));
      expect(Date.now() - started).toBeLessThan(700);
    });
  });

  describe('secrets', () => {
    test('are in none of all these errors', () => {
      const all = world()
        .errors.map(error => inspect(error, { depth: 10, showHidden: true }))
        .join('\n');
      expect(world().errors.length).toBeGreaterThan(5);
      const values = [subject.secrets, ...subject.wrongSecrets].flatMap(secrets => Object.values(secrets));
      for (const value of values.filter(value => value.length > 3)) {
        expect(all).not.toContain(value);
        expect(all).not.toContain(Buffer.from(value).toString('base64').replace(/=+$/, ''));
      }
      expect(all).not.toMatch(/(Basic|Bearer|OAuth) [\w=]|(authorization|cookie)'?:/);
    });
  });
}
