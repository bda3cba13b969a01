/** What a newcomer needs to see: where to connect a charger, where to look. */
export function banner(options: {
  ocppUrl: string;
  ocppTlsUrl: string | null;
  graphqlUrl: string;
  dataFolder: string;
  graphiql: boolean;
}): string {
  const lines = [
    'ChargeStream is running.',
    '',
    `  Chargers connect to   ${options.ocppUrl}/{chargerId}   (OCPP 1.6J, 2.0.1, 2.1)`,
    ...(options.ocppTlsUrl === null ? [] : [`  or by TLS to          ${options.ocppTlsUrl}/{chargerId}`]),
    `  GraphQL is at         ${options.graphqlUrl}${options.graphiql ? '   (open it in a browser for GraphiQL)' : ''}`,
    `  Everything is kept in ${options.dataFolder}`,
    '',
    '  Ctrl+C stops it; nothing that was acknowledged is lost.',
  ];
  return `\n${lines.join('\n')}\n\n`;
}

/** An address for a URL: IPv6 in brackets, "any" shown as this machine. */
export function hostForUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
