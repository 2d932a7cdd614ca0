/** The sandbox's API server, for tests of the runtime; it outlives each of them. */
import { sandbox } from './world.ts';

export async function controlPlane(): Promise<{ kubeconfig: string; stop(): Promise<void> }> {
  return { kubeconfig: sandbox.kubeconfig, stop: async () => {} };
}
