/** The suite that every connector passes against its simulator. */
import { afterAll, afterEach, beforeAll, describe } from '@jest/globals';
import { connectionConformance } from './connection.ts';
import { destinationConformance } from './destination.ts';
import { sourceConformance } from './source.ts';
import type { Subject } from './subject.ts';
import { World } from './world.ts';

export type { Subject } from './subject.ts';

export function conformance(subject: Subject): void {
  describe(`${subject.facts.title} conforms`, () => {
    let started: World;
    beforeAll(async () => {
      started = await World.start(subject);
    });
    afterEach(() => started.disconnect());
    afterAll(() => started.stop());
    const world = () => started;

    if (subject.source) sourceConformance(subject, subject.source, world);
    if (subject.destination) destinationConformance(subject, subject.destination, world);
    // Last, because its last test looks through the errors of all others.
    connectionConformance(subject, world);
  });
}
