{{/* Name of the release's objects: the release's name when it says foreman already. */}}
{{- define "foreman.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* Prefix of the names of cluster-wide objects: two releases in two namespaces must not meet. */}}
{{- define "foreman.clusterName" -}}
{{- printf "%s:%s" .Release.Namespace (include "foreman.fullname" .) -}}
{{- end -}}

{{- define "foreman.hostsNamespace" -}}
{{- printf "%s-hosts" .Release.Namespace -}}
{{- end -}}

{{- define "foreman.hostsGroup" -}}
{{- printf "system:serviceaccounts:%s" (include "foreman.hostsNamespace" .) -}}
{{- end -}}

{{- define "foreman.operatorAccount" -}}
{{- default (printf "%s-operator" (include "foreman.fullname" .)) .Values.serviceAccount.name -}}
{{- end -}}

{{- define "foreman.image" -}}
{{- with .Values.operator.image -}}
{{- if .digest -}}
{{- printf "%s@%s" .repository .digest -}}
{{- else -}}
{{- printf "%s:%s" .repository (default $.Chart.AppVersion .tag) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The image that CronJobs of schedules run; empty for no CronJobs. */}}
{{- define "foreman.fireImage" -}}
{{- with .Values.schedules.image -}}
{{- if not .repository -}}
{{- else if .digest -}}
{{- printf "%s@%s" .repository .digest -}}
{{- else -}}
{{- printf "%s:%s" .repository (default $.Chart.AppVersion .tag) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "foreman.selectorLabels" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "foreman.labels" -}}
{{ include "foreman.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: foreman
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Names of the definitions, for the check that both programs make at start. */}}
{{- define "foreman.crdNames" -}}
{{- $names := list -}}
{{- range $path, $_ := .Files.Glob "files/crds/*.yaml" -}}
{{- $names = append $names (trimSuffix ".yaml" (base $path)) -}}
{{- end -}}
{{- toYaml $names -}}
{{- end -}}

{{/* The file of --forges: a line each with kind, base URL and URL of the pages. */}}
{{- define "foreman.forges" -}}
{{- range .Values.forges -}}
{{ printf "%s %s %s" .kind .url (default "" .webURL) | trim }}
{{ end -}}
{{- end -}}
