/** What a person can do with a sandbox that has just come up. */
import type { Sandbox } from './places.ts';
import { duration } from './progress.ts';

export function nextSteps(name: string, sandbox: Sandbox, tookMs: number): string {
  const example = 'examples/magento-to-sage300';
  const suffix = name === 'default' ? '' : ` --name ${name}`;
  return `
The sandbox "${name}" is up after ${duration(tookMs)}. To use it:

  export KUBECONFIG=${sandbox.kubeconfig}
  alias kubectl=${sandbox.kubectl}

Next:

  kubectl apply -f ${example}
  kubectl create -f ${example}/runs/now.yaml
  kubectl get syncworkflows,syncruns
  npm run sandbox -- down${suffix}
`;
}
