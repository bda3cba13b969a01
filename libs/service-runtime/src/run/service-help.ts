import { ENVIRONMENT, reads, Settings, type ServiceName } from '@chargestream/service-kit';

/** What `--help` prints: what the service does, and each variable it reads with its default. */
export function serviceHelp(service: ServiceName, about: string): string {
  const defaults: Record<string, unknown> = { ...new Settings(), instanceId: `${service}-1` };
  const variables = Object.entries(ENVIRONMENT)
    .filter(([field]) => reads(service, field as keyof Settings))
    .map(([field, name]) => `  ${name.padEnd(28)}${String(defaults[field])}`.trimEnd());
  return `ChargeStream ${service}: ${about}

Usage: node apps/${service}/dist/main.js [--help | --version]

Everything is set by environment variables; their meaning is in docs/configuration.md. With their defaults:

${variables.join('\n')}
`;
}
