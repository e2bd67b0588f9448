import { expect, it } from 'vitest';
import { hold, mayAsk } from './cover';

it('lets what was asked wait until the window is uncovered, and lets what was typed through', async () => {
  const order: string[] = [];
  hold(true);
  hold(true);
  const waits = mayAsk('list_calls').then(() => order.push('list'));
  await mayAsk('append_update');
  order.push('typed');
  await Promise.resolve();
  order.push('uncovered');
  hold(false);
  await waits;
  await mayAsk('list_calls');
  expect(order).toEqual(['typed', 'uncovered', 'list']);
});
