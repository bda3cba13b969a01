import serviceKit from '@chargestream/service-kit';

const { ENVIRONMENT, loadSettings, reads } = serviceKit;
const FIELD_OF = new Map(Object.entries(ENVIRONMENT).map(([field, name]) => [name, field]));

/** What a secret that is there already is taken to hold. */
const SECRET = {
  DATABASE_URL: 'postgresql://u:p@postgres/chargestream',
  API_KEYS: `someone:${'0'.repeat(64)}`,
  KAFKA_USERNAME: 'u',
  KAFKA_PASSWORD: 'p',
};

/** @returns a sentence for each thing that does not fit in the objects that the chart renders to. */
export function checkPods(objects) {
  const problems = [];
  const named = (kind, name) => objects.find((object) => object.kind === kind && object.metadata.name === name);
  for (const kind of ['connect', 'core', 'api']) {
    const workloads = objects.filter(
      ({ kind: type, spec }) =>
        /^(StatefulSet|Deployment)$/.test(type) && spec.template.spec.containers[0].name === kind,
    );
    if (workloads.length !== 1) problems.push(`there must be one workload for ${kind}, not ${workloads.length}`);
    for (const workload of workloads) problems.push(...checkWorkload(kind, workload, named));
  }
  for (const service of objects.filter((object) => object.kind === 'Service')) {
    const selected = objects.filter((object) => isSelected(object, service.spec.selector));
    const ports = selected.flatMap((object) => object.spec.template.spec.containers[0].ports.map(({ name }) => name));
    if (selected.length !== 1) problems.push(`service ${service.metadata.name} selects ${selected.length} workloads`);
    for (const { targetPort } of service.spec.ports) {
      if (!ports.includes(targetPort)) problems.push(`service ${service.metadata.name}: no port ${targetPort}`);
    }
  }
  for (const budget of objects.filter((object) => object.kind === 'PodDisruptionBudget')) {
    if (!objects.some((object) => isSelected(object, budget.spec.selector.matchLabels))) {
      problems.push(`budget ${budget.metadata.name} selects nothing`);
    }
  }
  return problems;
}

function isSelected({ spec }, selector) {
  const labels = spec?.template?.metadata?.labels;
  return labels !== undefined && Object.entries(selector).every(([name, value]) => labels[name] === value);
}

function checkWorkload(service, workload, named) {
  const pod = workload.spec.template.spec;
  const [container] = pod.containers;
  const problems = [];
  const environment = { INSTANCE_ID: workload.metadata.name };
  for (const { configMapRef, secretRef } of container.envFrom) {
    const source = configMapRef ? named('ConfigMap', configMapRef.name) : named('Secret', secretRef.name);
    if (configMapRef && !source) problems.push(`${service}: no ConfigMap ${configMapRef.name}`);
    Object.assign(environment, configMapRef ? source?.data : (source?.stringData ?? SECRET));
    // One secret is for all of them; a ConfigMap of a service holds what it reads.
    for (const name of configMapRef ? Object.keys(source?.data ?? {}) : []) {
      const field = FIELD_OF.get(name);
      if (field === undefined) problems.push(`${service}: ${name} is no setting`);
      else if (!reads(service, field)) problems.push(`${service} does not read ${name}`);
    }
  }
  for (const name of Object.keys(environment).filter((name) => name.endsWith('_FILE'))) {
    const isMounted = container.volumeMounts?.some(({ mountPath }) => environment[name].startsWith(`${mountPath}/`));
    if (!isMounted) problems.push(`${service}: ${name}=${environment[name]} is not mounted`);
    delete environment[name];
  }
  try {
    loadSettings(environment, service);
  } catch (error) {
    problems.push(`${service}: ${error.message}`);
  }
  const listens = {
    ocpp: environment.OCPP_PORT,
    ocpps: environment.OCPP_TLS_PORT,
    health: environment.HEALTH_PORT,
    http: environment.API_PORT,
  };
  for (const { name, containerPort } of container.ports) {
    if (Number(listens[name]) !== containerPort) problems.push(`${service}: port ${name} is not ${containerPort}`);
  }
  for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe']) {
    const { port } = container[probe].httpGet;
    if (!container.ports.some(({ name }) => name === port))
      problems.push(`${service}: ${probe} at unknown port ${port}`);
  }
  const drainS =
    (Number(environment.OCPP_DRAIN_SPREAD_MS ?? 0) + Number(environment.OCPP_DRAIN_TIMEOUT_MS ?? 0)) / 1000;
  if (pod.terminationGracePeriodSeconds < drainS + 10) problems.push(`${service} is killed before it has drained`);
  return problems;
}
