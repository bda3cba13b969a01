import { LatestChanges } from './latest-changes';
import type { ChangedUpdate } from './update-feed';

function change(id: string, at = '1'): ChangedUpdate {
  return { kind: 'changed', entity: 'session', tenantId: 'default', chargerId: 'CP', id, at };
}

describe('changes waiting for a slow reader', () => {
  it('keeps only the newest of each entity', async () => {
    const queue = new LatestChanges(() => {});
    queue.push(change('a', '1'));
    queue.push(change('b', '1'));
    queue.push(change('a', '2'));
    expect((await queue.next()).value).toMatchObject({ id: 'a', at: '2' });
    expect((await queue.next()).value).toMatchObject({ id: 'b' });
  });

  it('forgets the longest waiting beyond its bound', async () => {
    const queue = new LatestChanges(() => {}, 2);
    for (const id of ['a', 'b', 'c']) queue.push(change(id));
    expect((await queue.next()).value).toMatchObject({ id: 'b' });
    expect((await queue.next()).value).toMatchObject({ id: 'c' });
  });

  it('lets a reader go that waits for what never comes', async () => {
    let closed = 0;
    const queue = new LatestChanges(() => (closed += 1));
    const waiting = queue.next();
    await queue.return();
    await queue.return();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(closed).toBe(1);
  });
});
