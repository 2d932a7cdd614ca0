import { afterEach, describe, expect, it } from '@jest/globals';
import type { Api } from './api.ts';
import { ApiError } from './api-error.ts';
import { LeaderElector, type Leadership, LeaseLostError } from './lease.ts';
import type { Lease } from './lease-record.ts';
import { createLogger } from './log.ts';
import { ManualClock } from './manual-clock.ts';

type LeaseApi = Pick<Api, 'get' | 'create' | 'replace'>;

/** One Lease, with what the API server guarantees of it: the resourceVersion lets only one writer through. */
class Board {
  lease: Lease | undefined;
  isDown = false;
  #version = 0;

  get holder(): string {
    return this.lease?.spec.holderIdentity ?? '';
  }

  readonly api = {
    get: async () => this.#up() && (structuredClone(this.lease) ?? null),
    create: async (_type: unknown, object: Lease) => {
      this.#up();
      if (this.lease !== undefined) throw new ApiError(409, { reason: 'AlreadyExists' });
      return this.#store(object);
    },
    replace: async (_type: unknown, object: Lease) => {
      this.#up();
      const isNewest = object.metadata.resourceVersion === this.lease?.metadata.resourceVersion;
      if (!isNewest) throw new ApiError(409, { reason: 'Conflict' });
      return this.#store(object);
    },
  } as unknown as LeaseApi;

  #up(): true {
    if (this.isDown) throw new ApiError(0, { reason: 'Unreachable', message: 'connection refused' });
    return true;
  }

  #store(object: Lease): Lease {
    this.lease = { ...object, metadata: { ...object.metadata, resourceVersion: String(++this.#version) } };
    return structuredClone(this.lease);
  }
}

/** A program that wants to lead. Its own clock may stand still, as that of a paused process does. */
class Candidate {
  readonly clock = new ManualClock();
  readonly stop = new AbortController();
  readonly marks: boolean[] = [];
  leadership: Leadership | undefined;

  constructor(identity: string, api: LeaseApi) {
    const observer = { leading: (isLeader: boolean) => this.marks.push(isLeader), slowPath: () => {} };
    const log = createLogger({ level: 'silent' });
    const options = { namespace: 'shop', name: 'leader', identity, log, observer, clock: this.clock, random: () => 0 };
    const elector = new LeaderElector({ api, ...options });
    void elector.acquire(this.stop.signal).then(leadership => {
      this.leadership = leadership;
    });
  }

  get isLeading(): boolean {
    return this.leadership !== undefined && !this.leadership.lost.aborted;
  }
}

const candidates: Candidate[] = [];
const candidate = (identity: string, board: Board): Candidate => {
  const one = new Candidate(identity, board.api);
  candidates.push(one);
  return one;
};
/** Time passes for these; in small steps, so that they meet. */
async function pass(seconds: number, ...those: Candidate[]): Promise<void> {
  for (let step = 0; step < seconds * 2; step++) for (const one of those) await one.clock.pass(0.5);
}
afterEach(() => {
  for (const one of candidates.splice(0)) one.stop.abort();
});

describe('of two programs', () => {
  it('one leads, and goes on leading', async () => {
    const board = new Board();
    const [a, b] = [candidate('a', board), candidate('b', board)];
    await pass(120, a, b);
    expect([a.isLeading, b.isLeading].filter(Boolean)).toHaveLength(1);
    expect(board.lease?.spec.leaseTransitions).toBe(0);
  });

  it('the other takes over when the leader is silent, and not before the lease is over', async () => {
    const board = new Board();
    const a = candidate('a', board);
    await pass(5, a);
    const b = candidate('b', board);
    await pass(5, a, b);
    await pass(14, b);
    expect(b.isLeading).toBe(false);
    await pass(5, b);
    expect(b.isLeading).toBe(true);
    expect(board.lease?.spec.leaseTransitions).toBe(1);
  });

  it('the one that was paused learns of it at once and writes nothing more', async () => {
    const board = new Board();
    const a = candidate('a', board);
    await pass(5, a);
    const b = candidate('b', board);
    await pass(30, b);
    await pass(3, a);
    expect(a.leadership?.lost.reason).toBeInstanceOf(LeaseLostError);
    expect(board.holder).toBe('b');
    expect(a.marks).toEqual([false, true, false]);
  });

  it('the other leads within three seconds after a release', async () => {
    const board = new Board();
    const a = candidate('a', board);
    await pass(5, a);
    const b = candidate('b', board);
    await pass(5, a, b);
    await a.leadership?.release();
    await pass(3, b);
    expect(b.isLeading).toBe(true);
    expect(a.leadership?.lost.aborted).toBe(false);
  });
});

describe('while the API server is away', () => {
  it('the leader leads on for ten seconds and then gives up', async () => {
    const board = new Board();
    const a = candidate('a', board);
    await pass(5, a);
    board.isDown = true;
    await pass(7, a);
    expect(a.isLeading).toBe(true);
    await pass(4, a);
    expect(a.isLeading).toBe(false);
  });

  it('a short absence is survived', async () => {
    const board = new Board();
    const a = candidate('a', board);
    await pass(5, a);
    board.isDown = true;
    await pass(6, a);
    board.isDown = false;
    await pass(60, a);
    expect(a.isLeading).toBe(true);
  });

  it('nobody becomes leader', async () => {
    const board = new Board();
    board.isDown = true;
    const a = candidate('a', board);
    await pass(60, a);
    expect(a.isLeading).toBe(false);
    board.isDown = false;
    await pass(3, a);
    expect(a.isLeading).toBe(true);
  });
});

it("never compares the holder's clock with its own", async () => {
  const board = new Board();
  const times = { acquireTime: '2001-01-01T00:00:00.000000Z', renewTime: '2001-01-01T00:00:00.000000Z' };
  const metadata = { namespace: 'shop', name: 'leader' };
  await board.api.create({} as never, {
    metadata,
    spec: { holderIdentity: 'other', leaseDurationSeconds: 15, ...times },
  });
  const a = candidate('a', board);
  await pass(10, a);
  expect(a.isLeading).toBe(false);
  await pass(10, a);
  expect(a.isLeading).toBe(true);
});

it('goes on after somebody deleted the Lease', async () => {
  const board = new Board();
  const a = candidate('a', board);
  await pass(5, a);
  board.lease = undefined;
  await pass(10, a);
  expect(a.isLeading).toBe(true);
  expect(board.holder).toBe('a');
});

it('notices a renewal of its own whose answer got lost', async () => {
  const board = new Board();
  const { replace } = board.api;
  let losesAnswer = false;
  const api: LeaseApi = {
    ...board.api,
    replace: async (...call: Parameters<typeof replace>) => {
      const stored = await replace(...call);
      if (!losesAnswer) return stored;
      losesAnswer = false;
      throw new ApiError(0, { reason: 'Timeout' });
    },
  } as LeaseApi;
  const a = new Candidate('a', api);
  candidates.push(a);
  await pass(5, a);
  losesAnswer = true;
  await pass(60, a);
  expect(a.isLeading).toBe(true);
  expect(board.lease?.spec.leaseTransitions).toBe(0);
});
