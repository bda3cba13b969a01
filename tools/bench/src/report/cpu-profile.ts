/** The parts of V8's CPU profile that are read here. */
export interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[];
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

/** Self time by package and by function, largest first. */
export function summariseProfile(profile: CpuProfile): ProfileSummary {
  const frames = new Map(profile.nodes.map((node) => [node.id, node.callFrame]));
  const packages = new Map<string, number>();
  const functions = new Map<string, number>();
  let totalUs = 0;
  let idleUs = 0;
  profile.samples.forEach((id, index) => {
    const frame = frames.get(id);
    const us = Math.max(profile.timeDeltas[index] ?? 0, 0);
    totalUs += us;
    if (!frame || frame.functionName === '(idle)') {
      idleUs += us;
      return;
    }
    const owner = packageOf(frame.url, frame.functionName);
    packages.set(owner, (packages.get(owner) ?? 0) + us);
    const name = `${owner} ${frame.functionName || '(anonymous)'}${placeOf(frame)}`;
    functions.set(name, (functions.get(name) ?? 0) + us);
  });
  const busyUs = totalUs - idleUs;
  return {
    idleShare: totalUs > 0 ? idleUs / totalUs : 0,
    packages: largestFirst(packages, busyUs),
    functions: largestFirst(functions, busyUs),
  };
}

function largestFirst(times: Map<string, number>, totalUs: number): ProfileEntry[] {
  return [...times]
    .map(([name, us]) => ({ name, share: totalUs > 0 ? us / totalUs : 0 }))
    .sort((a, b) => b.share - a.share);
}

/** npm package, our own folder (`libs/ocpp`), `node` for what Node brings, or V8's own word such as `(garbage collector)`. */
export function packageOf(url: string, functionName: string): string {
  if (url === '')
    return functionName.startsWith('(') && functionName !== '(anonymous)' ? functionName : 'node (native)';
  if (url.startsWith('node:')) return 'node';
  const dependency = url.lastIndexOf('/node_modules/');
  if (dependency >= 0) {
    const [first = '', second = ''] = url.slice(dependency + '/node_modules/'.length).split('/');
    return first.startsWith('@') ? `${first}/${second}` : first;
  }
  return /\/((?:libs|apps|tools)\/[^/]+)\//.exec(url)?.[1] ?? url;
}

function placeOf(frame: { url: string; lineNumber: number }): string {
  if (frame.url === '') return '';
  return ` (${frame.url.slice(frame.url.lastIndexOf('/') + 1)}:${frame.lineNumber + 1})`;
}
