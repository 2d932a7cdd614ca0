/** The acts of the demo: each does something a user would do and gives back what to show. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { K8s } from 'kubernetes-fluent-client';
import { parse } from 'yaml';
import { SyncRun } from '../client/kinds.ts';
import { type ControlApi, controlApi, type Entity } from './control-api.ts';
import { repository, type Sandbox } from './places.ts';

const run = promisify(execFile);

export interface Act {
  title: string;
  /** What the reader waits for. */
  wait: string;
  play(sandbox: Sandbox, signal: AbortSignal): Promise<string>;
}

const folder = 'examples/magento-to-sage300';
const workflow = 'customer-update';

/** A run leaves the last two seconds of the shop's clock to the next one, so that nothing is missed; the shop counts whole seconds. */
const settleMs = 3500;

/** She gets a new telephone; he moves to a customer group that the lookup table does not know. */
const changed = { id: '1', name: 'Amelia Hartwell' };
const stuck = { id: '4', name: 'Dana Whitlow' };

export const acts: Act[] = [
  {
    title: `kubectl apply -f ${folder}/`,
    wait: 'both systems are asked, the workflow is compiled and published',
    async play(sandbox) {
      const applied = await kubectl(sandbox, 'apply', '-f', join(repository, folder));
      await kubectl(
        sandbox,
        'wait',
        '--for=condition=Ready',
        '--timeout=90s',
        'connection,lookuptable,syncworkflow',
        '--all',
      );
      return `${applied}\nTwo connections, two lookup tables, one workflow. A workflow becomes a CronJob; this one runs every five minutes:\n\n${await kubectl(sandbox, 'get', 'supercargo')}`;
    },
  },
  {
    title: `The first run, by hand: kubectl create -f ${folder}/runs/now.yaml`,
    wait: 'a worker reads the shop and writes to the books',
    async play(sandbox, signal) {
      const ended = await runNow(sandbox, signal);
      const missing = (ended.status?.failures ?? [])
        .map(failure => `customer ${failure.key}: ${failure.code}`)
        .join(', ');
      return `${await table(sandbox)}\nTwo customers of the shop are not in the books, and this workflow only updates: ${missing}.\nThe run is therefore not a success, and says so; the other customers went.`;
    },
  },
  {
    title: 'Two customers change something in the shop',
    wait: 'the shop takes it in',
    async play(sandbox) {
      const before = await inBooks(sandbox, changed.id);
      const customer = await inShop(sandbox, changed.id);
      const addresses = customer.addresses as Entity[];
      const moved = addresses.map(address =>
        address.default_billing ? { ...address, telephone: '416 555 0199' } : address,
      );
      await system(sandbox, 'magento').put('customers', changed.id, { firstname: 'Amelia-Jane', addresses: moved });
      await system(sandbox, 'magento').put('customers', stuck.id, { group_id: 3 });
      await sleep(settleMs);
      return `${changed.name} (customer ${changed.id}) has another first name and telephone; in the books she is still ${before.ContactName}, ${before.PhoneNumber}.\n${stuck.name} (customer ${stuck.id}) moves to the group Retailer, for which the table customer-groups has no entry.`;
    },
  },
  {
    title: 'A second run takes the changes over',
    wait: 'the second run',
    async play(sandbox, signal) {
      const ended = await runNow(sandbox, signal);
      const failure = ended.status?.failures?.find(one => one.key === stuck.id);
      const why = failure === undefined ? '' : `customer ${failure.key}: ${failure.code} (field ${failure.field})`;
      return `${await table(sandbox)}\nThe customer in both systems:\n\n${await sideBySide(sandbox)}\nThe record that failed, alone: ${why}.\nIt stays open until the table gets an entry or the customer changes; nothing was sent for it.`;
    },
  },
  {
    title: 'What the workflow says of itself',
    wait: 'the status',
    async play(sandbox) {
      const columns = await kubectl(sandbox, 'get', 'syncworkflow', workflow);
      const state = await kubectl(
        sandbox,
        'get',
        'syncworkflow',
        workflow,
        '-o',
        'jsonpath={range .status.conditions[*]}{.type}={.status}  {.reason}: {.message}{"\\n"}{end}',
      );
      return `${columns}\n${state}`;
    },
  },
  {
    title: 'Where to look next',
    wait: 'the addresses of everything',
    async play(sandbox) {
      return [
        `  export KUBECONFIG=${sandbox.kubeconfig}`,
        `  alias kubectl=${sandbox.kubectl}`,
        '',
        `  kubectl get supercargo -n ${sandbox.namespace}          # everything of ours`,
        `  kubectl get syncruns -n ${sandbox.namespace} -w         # runs as they come; the schedule makes some, too`,
        `  kubectl describe swf ${workflow} -n ${sandbox.namespace}`,
        `  kubectl edit lut customer-groups -n ${sandbox.namespace}   # add {from: "Retailer", to: "RETAIL"}, then run again`,
        `  npm run map -- -f ${folder} ${folder}/records/customer.json   # why a field has the value it has`,
        '',
        `  metrics    ${sandbox.metrics}`,
        `  the shop   ${sandbox.simulators.magento?.control}/collections/customers`,
        `  the books  ${sandbox.simulators.sage300?.control}/collections/ARCustomers`,
        '  docs/architecture.md and docs/reference/ describe the rest.',
      ].join('\n');
    },
  },
];

function system(sandbox: Sandbox, name: string): ControlApi {
  const control = sandbox.simulators[name]?.control;
  if (control === undefined) throw new Error(`the sandbox has no ${name}`);
  return controlApi(control);
}

async function kubectl(sandbox: Sandbox, ...args: string[]): Promise<string> {
  const { stdout } = await run(sandbox.kubectl, ['--namespace', sandbox.namespace, ...args], {
    env: { ...process.env, KUBECONFIG: sandbox.kubeconfig },
  });
  return stdout;
}

const table = (sandbox: Sandbox) => kubectl(sandbox, 'get', 'syncruns', '--sort-by=.metadata.creationTimestamp');

/** Creates the run of the example and waits for its end. */
async function runNow({ namespace }: Sandbox, signal: AbortSignal): Promise<SyncRun> {
  const manifest = parse(await readFile(join(repository, folder, 'runs/now.yaml'), 'utf8')) as SyncRun;
  const created = await K8s(SyncRun).Create({ ...manifest, metadata: { ...manifest.metadata, namespace } });
  const name = created.metadata?.name ?? '';
  const deadline = performance.now() + 120_000;
  while (performance.now() < deadline) {
    signal.throwIfAborted();
    const found = await K8s(SyncRun).InNamespace(namespace).Get(name);
    if (found.status?.result !== undefined) return found;
    await sleep(300);
  }
  throw new Error(`the run ${name} has not finished within two minutes`);
}

const inShop = async (sandbox: Sandbox, id: string): Promise<Entity> =>
  found(await system(sandbox, 'magento').all('customers'), customer => String(customer.id) === id);

async function inBooks(sandbox: Sandbox, id: string): Promise<Entity> {
  const email = String((await inShop(sandbox, id)).email).toLowerCase();
  return found(await system(sandbox, 'sage300').all('ARCustomers'), one => String(one.Email).toLowerCase() === email);
}

function found(entities: Entity[], is: (entity: Entity) => boolean): Entity {
  const one = entities.find(is);
  if (one === undefined) throw new Error('a customer of the demo is gone');
  return one;
}

async function sideBySide(sandbox: Sandbox): Promise<string> {
  const shop = await inShop(sandbox, changed.id);
  const books = await inBooks(sandbox, changed.id);
  const billing = (shop.addresses as Entity[]).find(address => address.default_billing) ?? {};
  const rows: [string, unknown, unknown][] = [
    ['', 'Magento', 'Sage 300'],
    ['number', shop.id, books.CustomerNumber],
    ['name', `${shop.firstname} ${shop.lastname}`, books.ContactName],
    ['company', billing.company, books.CustomerName],
    ['e-mail', shop.email, books.Email],
    ['telephone', billing.telephone, books.PhoneNumber],
    ['group', 'Wholesale', books.GroupCode],
    ['tax', 'Retail Customer', books.TaxGroup],
  ];
  const line = ([field, left, right]: (typeof rows)[number]) =>
    `  ${field.padEnd(10)} ${String(left).padEnd(38)} ${right}`;
  return `${rows.map(line).join('\n')}\n`;
}
