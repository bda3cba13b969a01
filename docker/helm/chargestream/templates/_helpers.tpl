{{- define "chargestream.name" -}}
{{- if contains "chargestream" .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}{{ else }}{{ printf "%s-chargestream" (.Release.Name | trunc 27 | trimSuffix "-") }}{{ end }}
{{- end }}

{{/* Labels of one service: (list $ "connect") */}}
{{- define "chargestream.selector" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: chargestream
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{- define "chargestream.labels" -}}
{{- $root := index . 0 -}}
{{ include "chargestream.selector" . }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version }}
{{- end }}

{{- define "chargestream.secretName" -}}
{{- .Values.secrets.existingSecret | default (include "chargestream.name" .) -}}
{{- end }}

{{- define "chargestream.image" -}}
{{- $root := index . 0 -}}
{{ printf "%s/%s:%s" $root.Values.image.registry (index . 1) ($root.Values.image.tag | default $root.Chart.AppVersion) }}
{{- end }}

{{/* What every container has: its own name, the shared settings, the secret. (list $ "connect") */}}
{{- define "chargestream.environment" -}}
{{- $root := index . 0 -}}
{{- $service := index . 1 -}}
env:
  - name: INSTANCE_ID
    valueFrom: { fieldRef: { fieldPath: metadata.name } }
  {{- range $name, $value := (index $root.Values $service).env }}
  - name: {{ $name }}
    value: {{ $value | toString | quote }}
  {{- end }}
envFrom:
  - configMapRef: { name: {{ include "chargestream.name" $root }} }
  - configMapRef: { name: {{ include "chargestream.name" $root }}-{{ $service }} }
  - secretRef: { name: {{ include "chargestream.secretName" $root }} }
{{- end }}

{{/* Probes at a named port. Starting may take as long as what the service waits for: readiness tells, liveness only asks whether the process answers. */}}
{{- define "chargestream.probes" -}}
startupProbe:
  httpGet: { path: /healthz, port: {{ . }} }
  periodSeconds: 2
  failureThreshold: 30
livenessProbe:
  httpGet: { path: /healthz, port: {{ . }} }
  periodSeconds: 10
  timeoutSeconds: 3
  failureThreshold: 3
readinessProbe:
  httpGet: { path: /readyz, port: {{ . }} }
  periodSeconds: 2
  timeoutSeconds: 3
  failureThreshold: 2
{{- end }}

{{- define "chargestream.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
{{- end }}

{{/* Parts of the pod: (list $ "connect") */}}
{{- define "chargestream.pod" -}}
{{- $root := index . 0 -}}
{{- $values := index $root.Values (index . 1) -}}
serviceAccountName: {{ include "chargestream.name" $root }}
automountServiceAccountToken: false
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  runAsGroup: 1000
  fsGroup: 1000
  seccompProfile: { type: RuntimeDefault }
{{- with $root.Values.imagePullSecrets }}
imagePullSecrets: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with $values.nodeSelector }}
nodeSelector: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with $values.tolerations }}
tolerations: {{ toYaml . | nindent 2 }}
{{- end }}
{{- if $values.affinity }}
affinity: {{ toYaml $values.affinity | nindent 2 }}
{{- else }}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels: {{ include "chargestream.selector" . | nindent 8 }}
{{- end }}
{{- if $root.Values.tls.existingSecret }}
volumes:
  - name: tls
    secret: { secretName: {{ $root.Values.tls.existingSecret }}, defaultMode: 0440 }
{{- end }}
{{- end }}

{{- define "chargestream.mounts" -}}
{{- if .Values.tls.existingSecret }}
volumeMounts:
  - { name: tls, mountPath: /etc/chargestream/tls, readOnly: true }
{{- end }}
{{- end }}

{{/* Restarts the pods when their settings change. */}}
{{- define "chargestream.checksum" -}}
checksum/settings: {{ printf "%s%s" (include (print $.Template.BasePath "/configmap.yaml") .) (include (print $.Template.BasePath "/secret.yaml") .) | sha256sum }}
{{- end }}
