/** Before every journey: time for real clocks. After it: what the systems were sent and answered agrees with the vendors' descriptions. */
import { afterAll, jest } from '@jest/globals';
import { checkJournals } from './systems.ts';

jest.setTimeout(10 * 60_000);

afterAll(checkJournals);
