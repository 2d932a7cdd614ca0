import { down } from '../../sandbox/down.ts';

export default async function teardown(): Promise<void> {
  const name = process.env.SUPERCARGO_SANDBOX_NAME;
  if (name !== undefined && process.env.SUPERCARGO_KEEP_SANDBOX === undefined) await down(name);
}
