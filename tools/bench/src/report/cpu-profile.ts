interface CallFrame {
  functionName: string;
  url: string;
  lineNumber: number;
}

/** The parts of V8's CPU profile that are read here. */
export interface CpuProfile {
  nodes: { id: number; callFrame: CallFrame; children?: number[] }[];
  samples: number[];
  /** Microseconds since the sample before. */
  timeDeltas: number[];
}

export interface ProfileEntry {
  name: string;
  /** Of the time in which the thread was not idle. */
  share: number;
}

export interface ProfileSummary {
  idleShare: number;
  packages: ProfileEntry[];
  functions: ProfileEntry[];
}

/** Self time by package and by function, largest first. Time in native code belongs to the JavaScript that called it. */
export function summariseProfile(profile: CpuProfile): ProfileSummary {
  const described = describeNodes(profile);
  const packages = new Map<string, number>();
  const functions = new Map<string, number>();
  let totalUs = 0;
  let idleUs = 0;
  profile.samples.forEach((id, index) => {
    const node = described.get(id);
    const us = Math.max(profile.timeDeltas[index] ?? 0, 0);
    totalUs += us;
    if (!node || node.name === '(idle)') {
      idleUs += us;
      return;
    }
    packages.set(node.owner, (packages.get(node.owner) ?? 0) + us);
    functions.set(node.name, (functions.get(node.name) ?? 0) + us);
  });
  const busyUs = totalUs - idleUs;
  return {
    idleShare: totalUs > 0 ? idleUs / totalUs : 0,
    packages: largestFirst(packages, busyUs),
    functions: largestFirst(functions, busyUs),
  };
}

/** Owner and name of every node of the call tree. */
function describeNodes({ nodes }: CpuProfile): Map<number, { owner: string; name: string }> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node.id] as const)));
  const caller = (id: number): CallFrame | null => {
    for (let at = parents.get(id); at !== undefined; at = parents.get(at)) {
      const frame = byId.get(at)?.callFrame;
      if (frame && frame.url !== '') return frame;
    }
    return null;
  };
  return new Map(
    nodes.map(({ id, callFrame }) => {
      if (callFrame.url !== '') return [id, { owner: packageOf(callFrame.url), name: nameOf(callFrame) }];
      // V8's own words: (idle), (program), (garbage collector).
      if (/^\(.*\)$/.test(callFrame.functionName)) {
        return [id, { owner: callFrame.functionName, name: callFrame.functionName }];
      }
      const from = caller(id);
      const owner = from === null ? 'node' : packageOf(from.url);
      return [id, { owner, name: `native code called by ${from === null ? 'node' : nameOf(from)}` }];
    }),
  );
}

function nameOf(frame: CallFrame): string {
  const file = frame.url.slice(frame.url.lastIndexOf('/') + 1);
  return `${packageOf(frame.url)} ${frame.functionName || '(anonymous)'} (${file}:${frame.lineNumber + 1})`;
}

function largestFirst(times: Map<string, number>, totalUs: number): ProfileEntry[] {
  return [...times]
    .map(([name, us]) => ({ name, share: totalUs > 0 ? us / totalUs : 0 }))
    .sort((a, b) => b.share - a.share);
}

/** npm package, our own folder (`libs/ocpp`), or `node` for what Node brings. */
export function packageOf(url: string): string {
  if (url.startsWith('node:')) return 'node';
  const dependency = url.lastIndexOf('/node_modules/');
  if (dependency >= 0) {
    const [first = '', second = ''] = url.slice(dependency + '/node_modules/'.length).split('/');
    return first.startsWith('@') ? `${first}/${second}` : first;
  }
  return /\/((?:libs|apps|tools)\/[^/]+)\//.exec(url)?.[1] ?? url;
}
