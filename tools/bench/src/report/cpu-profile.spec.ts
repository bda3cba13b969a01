import { packageOf, summariseProfile, type CpuProfile } from './cpu-profile';

const node = (id: number, functionName: string, url: string, children: number[] = []) => ({
  id,
  callFrame: { functionName, url, lineNumber: 9 },
  children,
});

describe('a CPU profile', () => {
  const profile: CpuProfile = {
    nodes: [
      node(1, '(idle)', ''),
      node(2, 'send', 'file:///home/x/node_modules/ws/lib/sender.js'),
      node(3, 'accept', 'file:///home/x/libs/ocpp/dist/accept.js'),
      node(4, '(garbage collector)', ''),
    ],
    samples: [1, 2, 3, 2, 4, 1],
    timeDeltas: [100, 30, 40, 20, 10, 100],
  };

  it('is summed up by package and function, idle time apart', () => {
    const summary = summariseProfile(profile);
    expect(summary.idleShare).toBeCloseTo(200 / 300);
    expect(summary.packages).toEqual([
      { name: 'ws', share: 0.5 },
      { name: 'libs/ocpp', share: 0.4 },
      { name: '(garbage collector)', share: 0.1 },
    ]);
    expect(summary.functions[0]).toEqual({ name: 'ws send (sender.js:10)', share: 0.5 });
  });

  it('gives native code to its caller', () => {
    const tree: CpuProfile = {
      nodes: [
        node(1, '(root)', '', [2]),
        node(2, 'run', '/x/node_modules/libsql/index.js', [3]),
        node(3, 'statementRun', '', [4]),
        node(4, 'inner', ''),
      ],
      samples: [3, 4],
      timeDeltas: [5, 5],
    };
    expect(summariseProfile(tree)).toMatchObject({
      packages: [{ name: 'libsql', share: 1 }],
      functions: [{ name: 'native code called by libsql run (index.js:10)', share: 1 }],
    });
  });

  it('says nothing about an empty one', () => {
    expect(summariseProfile({ nodes: [], samples: [], timeDeltas: [] })).toEqual({
      idleShare: 0,
      packages: [],
      functions: [],
    });
  });

  it.each([
    ['node:net', 'node'],
    ['file:///a/node_modules/@nestjs/core/x.js', '@nestjs/core'],
    ['file:///a/node_modules/b/node_modules/c/x.js', 'c'],
    ['/home/x/apps/connect/src/x.ts', 'apps/connect'],
  ])('finds the owner of %s', (url, owner) => expect(packageOf(url)).toBe(owner));
});
