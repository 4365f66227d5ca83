import { type ServiceProcess, TestStack } from '@nexus-state/test-kit';
import { Scene } from '../clients/faults/scene';

let stack: TestStack;
let apis: ServiceProcess[];
let gateways: ServiceProcess[];

beforeAll(async () => {
  stack = await TestStack.create();
  apis = await Promise.all([stack.start('state-api'), stack.start('state-api')]);
  gateways = await Promise.all([stack.start('realtime-gateway'), stack.start('realtime-gateway')]);
});
afterAll(() => stack?.close());

it('200 subscribers get each of 1,000 updates of 10 writers once, in order, and with the right state', async () => {
  const stage = { stack, apis: () => apis, gateways: gateways.map(({ url }) => url) };
  const scene = await Scene.begin(stage, { panels: 8, followers: 200 });
  try {
    scene.traffic.start(10, { limit: 1_000 });
    await scene.traffic.end();
    await scene.expectPromisesKept('no fault');
  } finally {
    await scene.end();
  }
}, 300_000);
