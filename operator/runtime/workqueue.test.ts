import { describe, expect, it } from '@jest/globals';
import { ManualClock } from './manual-clock.ts';
import { WorkQueue } from './workqueue.ts';

const setUp = () => {
  const clock = new ManualClock();
  return { clock, queue: new WorkQueue({ clock }) };
};

/** Takes and gives back everything that is there now. */
async function drain(queue: WorkQueue): Promise<string[]> {
  const keys: string[] = [];
  while (queue.depth('now') + queue.depth('later') > 0) {
    const key = await queue.take();
    if (key === undefined) break;
    keys.push(key);
    queue.done(key);
  }
  return keys;
}

describe('what comes out, in order', () => {
  const rows: { name: string; why: string; add: (queue: WorkQueue) => void; want: string[] }[] = [
    {
      name: 'first in, first out',
      why: 'nobody waits for ever',
      add: queue => {
        for (const key of ['a', 'b', 'c']) queue.add(key);
      },
      want: ['a', 'b', 'c'],
    },
    {
      name: 'equal keys are merged',
      why: 'a reconcile reads the world, ten changes need one look',
      add: queue => {
        for (const key of ['a', 'b', 'a', 'a']) queue.add(key);
      },
      want: ['a', 'b'],
    },
    {
      name: 'what was there before comes after what happens now',
      why: "a restart with many objects must not delay a user's change",
      add: queue => {
        queue.add('old 1', 'later');
        queue.add('old 2', 'later');
        queue.add('new');
      },
      want: ['new', 'old 1', 'old 2'],
    },
    {
      name: 'a change lifts a key that was only listed',
      why: 'it is as urgent as any other change',
      add: queue => {
        queue.add('a', 'later');
        queue.add('b', 'later');
        queue.add('b');
      },
      want: ['b', 'a'],
    },
    {
      name: 'a list does not push a changed key back',
      why: 'the change still waits for its reconcile',
      add: queue => {
        queue.add('a');
        queue.add('a', 'later');
        queue.add('b');
      },
      want: ['a', 'b'],
    },
  ];
  it.each(rows)('$name: $why', async ({ add, want }) => {
    const { queue } = setUp();
    add(queue);
    expect(await drain(queue)).toEqual(want);
  });
});

describe('a key that is being worked on', () => {
  it('is not given to a second worker, and comes once more afterwards', async () => {
    const { queue } = setUp();
    queue.add('a');
    expect(await queue.take()).toBe('a');
    queue.add('a');
    queue.add('a');
    expect(queue.depth('now')).toBe(0);
    queue.done('a');
    expect(await drain(queue)).toEqual(['a']);
  });

  it('keeps the urgency of the change that came meanwhile', async () => {
    const { queue } = setUp();
    queue.add('a');
    await queue.take();
    queue.add('b', 'later');
    queue.add('a', 'later');
    queue.add('a');
    queue.done('a');
    expect(await drain(queue)).toEqual(['a', 'b']);
  });

  it('may be given back only by who took it', () => {
    const { queue } = setUp();
    expect(() => queue.done('a')).toThrow("'a' was given back and nobody had taken it");
  });

  it('tells for how long', async () => {
    const { clock, queue } = setUp();
    queue.add('a');
    await queue.take();
    await clock.pass(7);
    expect(queue.runningSeconds()).toEqual([7]);
  });
});

describe('later', () => {
  it('counts the earliest of several times', async () => {
    const { clock, queue } = setUp();
    queue.addAfter('a', 60);
    queue.addAfter('a', 10);
    queue.addAfter('a', 30);
    await clock.pass(10);
    expect(await drain(queue)).toEqual(['a']);
    await clock.pass(100);
    expect(await drain(queue)).toEqual([]);
  });

  it('pauses longer after each failure, up to five minutes, and starts over when forgotten', () => {
    const { queue } = setUp();
    const pauses = Array.from({ length: 11 }, () => queue.addRateLimited('a'));
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
    queue.forget('a');
    expect(queue.addRateLimited('a')).toBe(1);
    expect(queue.addRateLimited('b')).toBe(1);
  });

  it('does not hold back a key that changes during its pause', async () => {
    const { queue } = setUp();
    queue.addRateLimited('a');
    queue.add('a');
    expect(await drain(queue)).toEqual(['a']);
  });
});

describe('closed', () => {
  it('lets waiting workers go and gives out nothing more', async () => {
    const { clock, queue } = setUp();
    const waiting = queue.take();
    queue.addAfter('b', 1);
    queue.close();
    expect(await waiting).toBeUndefined();
    queue.add('a');
    await clock.pass(2);
    expect(await queue.take()).toBeUndefined();
  });

  it('still takes back what is being worked on', async () => {
    const { queue } = setUp();
    queue.add('a');
    await queue.take();
    queue.close();
    expect(() => queue.done('a')).not.toThrow();
  });
});

it('hands a new key to a worker that waits', async () => {
  const { queue } = setUp();
  const waiting = [queue.take(), queue.take()];
  queue.add('a');
  queue.add('b');
  expect(await Promise.all(waiting)).toEqual(['a', 'b']);
});
