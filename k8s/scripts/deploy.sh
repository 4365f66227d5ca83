#!/usr/bin/env bash
# Brings an overlay onto the cluster that kubectl points to: stores and settings, then the migration, then the services.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
namespace=nexus

usage() {
  cat <<'EOF'
Usage: k8s/scripts/deploy.sh [options] local|production

Applies k8s/overlays/<name> to the cluster that kubectl points to, in three steps: stores and settings; the migration, to
its end; the services, until they are ready. Can be repeated at any time.

  --context NAME   the context of kubectl (the current one)
  --timeout TIME   how long each step may take, such as 10m (10m)
  --dry-run        only say what would be run; needs no cluster
  --help           this text

For local, the Secret nexus-secrets is made where it is missing, with passwords that nobody knows. For production it has
to be there: docs/operations/deploy.md says what stands in it.
EOF
}

fail() {
  echo "deploy.sh: $1" >&2
  exit "${2:-1}"
}

overlay=''
context=()
timeout=10m
dry_run=false
while [ $# -gt 0 ]; do
  case $1 in
    --context | --timeout)
      [ -n "${2:-}" ] || fail "$1 needs a value; --help lists the options." 2
      if [ "$1" = --context ]; then context=(--context "$2"); else timeout=$2; fi
      shift 2
      ;;
    --dry-run) dry_run=true; shift ;;
    --help) usage; exit 0 ;;
    -*) fail "there is no option $1; --help lists them." 2 ;;
    *)
      [ -z "$overlay" ] || fail 'name one overlay.' 2
      overlay=$1
      shift
      ;;
  esac
done
case $overlay in
  local | production) ;;
  '') usage >&2; exit 2 ;;
  *) fail "there is no overlay $overlay; there are local and production." 2 ;;
esac

command -v kubectl >/dev/null || fail 'kubectl is not there: install kubectl 1.27 or newer.'
kube=(kubectl "${context[@]}")

run() {
  echo "+ $*"
  if [ "$dry_run" = false ]; then "$@"; fi
}

rendered=$(mktemp)
changes=$(mktemp)
trap 'rm -f "$rendered" "$changes"' EXIT
kubectl kustomize "$root/overlays/$overlay" >"$rendered"

apply() {
  echo "+ kubectl apply --filename <$overlay> --selector $1"
  if [ "$dry_run" = true ]; then return; fi
  "${kube[@]}" apply --filename "$rendered" --selector "$1" | tee -a "$changes"
}

random() {
  od -An -N24 -tx1 /dev/urandom | tr -d ' \n'
}

# Read from standard input: what stands on a command line is everybody's to read.
make_local_secret() {
  local postgres redis
  postgres=$(random)
  redis=$(random)
  "${kube[@]}" create --filename - <<EOF
apiVersion: v1
kind: Secret
metadata:
  name: nexus-secrets
  namespace: $namespace
stringData:
  DATABASE_URL: postgresql://nexus:$postgres@postgres:5432/nexus
  POSTGRES_PASSWORD: $postgres
  REDIS_PASSWORD: $redis
  JWT_SECRET_KEY: $(random)
  STATE_ENCRYPTION_KEYS: local:$(head -c 32 /dev/urandom | base64 | tr -d '\n')
EOF
}

require_secret() {
  if [ "$dry_run" = true ]; then
    echo '+ check that the Secret nexus-secrets is there'
    return
  fi
  if "${kube[@]}" --namespace "$namespace" get secret nexus-secrets >/dev/null 2>&1; then return; fi
  if [ "$overlay" = production ]; then
    fail 'the Secret nexus-secrets is missing: make it first, as docs/operations/deploy.md says.'
  fi
  make_local_secret
}

echo "Stores and settings of $overlay"
apply 'app.kubernetes.io/component=shared'
require_secret
apply 'app.kubernetes.io/component in (store,ingress)'
stores=$(awk '/^kind: /{kind=$2} /^  name: /&&kind=="StatefulSet"{print $2; kind=""}' "$rendered")
for store in $stores; do
  run "${kube[@]}" --namespace "$namespace" rollout status "statefulset/$store" --timeout "$timeout"
done

echo 'Migration'
run "${kube[@]}" --namespace "$namespace" delete job migration --ignore-not-found --wait
apply 'app.kubernetes.io/component=migration'
run "${kube[@]}" --namespace "$namespace" wait --for condition=complete job/migration --timeout "$timeout" ||
  fail "the migration failed; see kubectl -n $namespace logs job/migration."

echo 'Services'
apply 'app.kubernetes.io/component in (service,console)'
# Pods read their settings once, at start.
if grep -q '^configmap/nexus-settings configured' "$changes"; then
  run "${kube[@]}" --namespace "$namespace" rollout restart deployment --selector app.kubernetes.io/component=service
fi
for service in state-api realtime-gateway snapshot-worker console; do
  run "${kube[@]}" --namespace "$namespace" rollout status "deployment/$service" --timeout "$timeout"
done
[ "$dry_run" = true ] || echo "Nexus State runs in the namespace $namespace."
