import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { controlPlane } from '../../test/journeys/control-plane.ts';
import { Api } from './api.ts';
import { type EventObject, events } from './event-object.ts';
import { EventRecorder } from './events.ts';
import { createLogger } from './log.ts';
import { ManualClock } from './manual-clock.ts';
import { keyOf } from './resource.ts';
import { type ConfigMap, configMaps, newNamespace, removeNamespaces, until } from './test-kinds.ts';

let cluster: Awaited<ReturnType<typeof controlPlane>>;
let api: Api;
let namespace: string;
beforeAll(async () => {
  cluster = await controlPlane();
  api = await Api.connect({ kubeconfig: cluster.kubeconfig, fieldManager: 'runtime-test', userAgent: 'runtime-test' });
  namespace = await newNamespace(api);
});
afterAll(async () => {
  await removeNamespaces(api);
  await api.close();
  await cluster.stop();
});

async function setUp(name: string) {
  const regarding = await api.create(configMaps, { metadata: { namespace, name } });
  const clock = new ManualClock(new Date());
  const lines: { msg: string }[] = [];
  const log = createLogger({ destination: { write: line => lines.push(JSON.parse(line)) } });
  const reporter = { controller: 'runtime.example.dev/test', instance: 'pod-1' };
  const recorder = new EventRecorder({ api, reporter, log, clock });
  const record = (reason: string, of: ConfigMap = regarding): void =>
    recorder.record({ regarding: of, type: 'Warning', reason, action: 'Probe', note: `${reason}: the door is shut` });
  const told = async (): Promise<EventObject[]> => {
    const { objects } = await api.list(events, { namespace });
    return objects.filter(event => event.regarding.name === name);
  };
  return { clock, record, recorder, told, regarding, lines };
}

it('tells what happened, to what, and by whom', async () => {
  const { record, told, recorder, regarding } = await setUp('told');
  record('Refused');
  await recorder.flush();
  expect(await told()).toEqual([
    expect.objectContaining({
      regarding: expect.objectContaining({ kind: 'ConfigMap', namespace, name: 'told', uid: regarding.metadata.uid }),
      type: 'Warning',
      reason: 'Refused',
      action: 'Probe',
      note: 'Refused: the door is shut',
      reportingController: 'runtime.example.dev/test',
      reportingInstance: 'pod-1',
    }),
  ]);
});

it('counts what happens again on one Event', async () => {
  const { clock, record, told, recorder } = await setUp('counted');
  for (let time = 0; time < 10; time++) {
    record('Refused');
    await clock.pass(30);
  }
  await until('the series has begun', async () => (await told())[0]?.series?.count === 2);
  await recorder.flush();
  const [event, ...others] = await told();
  expect([event?.series?.count, others]).toEqual([10, []]);
});

it('goes on with a new Event when the first has expired', async () => {
  const { record, told, recorder } = await setUp('expired');
  record('Refused');
  await until('it is there', async () => (await told()).length === 1);
  for (const event of await told()) await api.delete(events, keyOf(event));
  record('Refused');
  await recorder.flush();
  expect((await told()).map(({ series }) => series?.count)).toEqual([2]);
});

it('writes no more than a burst about one object that goes wild', async () => {
  const { record, told, recorder } = await setUp('wild');
  for (let n = 0; n < 60; n++) record(`Reason${n}`);
  await recorder.flush();
  expect(await told()).toHaveLength(25);
});

it('fails nothing when an Event cannot be written', async () => {
  const { record, recorder, lines, regarding } = await setUp('refused');
  record('Refused', { ...regarding, metadata: { ...regarding.metadata, namespace: 'no-such-namespace' } });
  await recorder.flush();
  expect(lines.map(({ msg }) => msg)).toEqual(['an event could not be written and is dropped']);
});
