import { redactFrame } from './secrets';

describe('frames without secrets', () => {
  it.each([
    ['ChangeConfiguration', [2, '1', 'ChangeConfiguration', { key: 'AuthorizationKey', value: 'hunter2' }]],
    [
      'GetConfiguration',
      [3, '1', { configurationKey: [{ key: 'AuthorizationKey', readonly: false, value: 'hunter2' }] }],
    ],
    [
      'SetVariables',
      [
        2,
        '1',
        'SetVariables',
        {
          setVariableData: [
            {
              attributeValue: 'hunter2',
              component: { name: 'SecurityCtrlr' },
              variable: { name: 'BasicAuthPassword' },
            },
          ],
        },
      ],
    ],
    [
      'SetNetworkProfile',
      [
        2,
        '1',
        'SetNetworkProfile',
        {
          connectionData: {
            basicAuthPassword: 'hunter2',
            apn: { apnPassword: 'hunter2' },
            vpn: { user: 'u', key: 'hunter2' },
          },
        },
      ],
    ],
    ['DataTransfer', [2, '1', 'DataTransfer', { vendorId: 'v', data: '{"password":"hunter2"}' }]],
    ['GetDiagnostics', [2, '1', 'GetDiagnostics', { location: 'ftp://user:hunter2@example.org/logs' }]],
    [
      'NotifyReport',
      [
        2,
        '1',
        'NotifyReport',
        { reportData: [{ variable: { name: 'BasicAuthPassword' }, variableAttribute: [{ value: 'hunter2' }] }] },
      ],
    ],
  ])('%s', (_action, frame) => {
    const redacted = redactFrame(JSON.stringify(frame));
    expect(redacted).not.toContain('hunter2');
    expect(redacted).toContain('[redacted]');
  });

  it('withholds what looks secret and cannot be read', () => {
    expect(redactFrame('[2,"1","X",{"password":"hunter2"')).toBe('[redacted]');
  });

  it('is not fooled by letters written as escapes', () => {
    const frame = '[2,"1","ChangeConfiguration",{"key":"Authorization\\u004bey","value":"hunter2"}]';
    expect(redactFrame(frame)).not.toContain('hunter2');
  });

  it('leaves every other frame as it is, to the letter', () => {
    const text = '[2, "1","MeterValues",{"transactionId":9223372036854775807}]';
    expect(redactFrame(text)).toBe(text);
  });
});
