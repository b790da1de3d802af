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

{{/*
Not empty when an object is this release's to write: it is not there, or this release made it. What others made, `enroll` for one, is
left as it is. Arguments: object (what lookup found), root.
*/}}
{{- define "foreman.isOurs" -}}
{{- $annotations := dig "metadata" "annotations" (dict) .object -}}
{{- if or (not .object) (and (eq (get $annotations "meta.helm.sh/release-name") .root.Release.Name) (eq (get $annotations "meta.helm.sh/release-namespace") .root.Release.Namespace)) -}}
yes
{{- end -}}
{{- end -}}

{{/*
The task namespaces that are there, as a list of YAML; all of them where no cluster can be asked, as in helm template. One that was
deleted does not hold up an upgrade; an installation needs them all.
*/}}
{{- define "foreman.taskNamespaces" -}}
{{- $canAsk := lookup "v1" "Namespace" "" "kube-system" -}}
{{- range .Values.taskNamespaces }}
{{- $there := lookup "v1" "Namespace" "" . }}
{{- if or (not $canAsk) (and $there (not (dig "metadata" "deletionTimestamp" "" $there))) }}
- {{ . | quote }}
{{- else if $.Release.IsInstall }}
{{- fail (printf "taskNamespaces: the namespace %s is not there, or is being deleted: create it first (kubectl create namespace %s), or leave it out" . .) }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "foreman.hostsGroup" -}}
{{- printf "system:serviceaccounts:%s" (include "foreman.hostsNamespace" .) -}}
{{- end -}}

{{- define "foreman.operatorAccount" -}}
{{- default (printf "%s-operator" (include "foreman.fullname" .)) .Values.serviceAccount.name -}}
{{- end -}}

{{/* Account of the pods of Jobs, one in each namespace where they may run. */}}
{{- define "foreman.runnerAccount" -}}
{{- printf "%s-runner" (include "foreman.fullname" .) -}}
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

{{/* The file of --forges: a line each with kind, base URL and URL of the pages. */}}
{{- define "foreman.forges" -}}
{{- range .Values.forges -}}
{{ printf "%s %s %s" .kind .url (default "" .webURL) | trim }}
{{ end -}}
{{- end -}}

{{/* The file of --jobs-config. */}}
{{- define "foreman.jobsConfig" -}}
{{- $account := dict "spec" (dict "serviceAccountName" (include "foreman.runnerAccount" .)) -}}
{{- $own := dict "image" (required "jobs.image: name the image with foreman-agent that Jobs run" .Values.jobs.image) "podTemplate" $account -}}
{{- toYaml (mergeOverwrite $own (deepCopy .Values.jobs.config)) -}}
{{- end -}}
