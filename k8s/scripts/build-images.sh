#!/usr/bin/env bash
# Builds the images of the services and of the console, and pushes them where that is asked for.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
services=(state-api realtime-gateway snapshot-worker console)

usage() {
  cat <<'EOF'
Usage: k8s/scripts/build-images.sh [options] [service ...]

Builds the image of each service named, or of all: state-api, realtime-gateway, snapshot-worker, console.

  --registry HOST   put HOST/ before the names of the images
  --tag TAG         the tag (the version in package.json)
  --push            push each image once all are built
  --nodegit MODE    auto, required or off: whether the worker's image gets nodegit (auto)
  --dry-run         only say what would be run
  --help            this text

Needs docker, or what CONTAINER_TOOL names, such as podman.
EOF
}

fail() {
  echo "build-images.sh: $1" >&2
  exit 2
}

registry=''
tag=$(sed -n 's/^  "version": "\(.*\)",$/\1/p' "$root/package.json")
push=false
nodegit=auto
dry_run=false
chosen=()

while [ $# -gt 0 ]; do
  case $1 in
    --registry | --tag | --nodegit)
      [ -n "${2:-}" ] || fail "$1 needs a value; --help lists the options."
      case $1 in
        --registry) registry=${2%/}/ ;;
        --tag) tag=$2 ;;
        --nodegit) nodegit=$2 ;;
      esac
      shift 2
      ;;
    --push) push=true; shift ;;
    --dry-run) dry_run=true; shift ;;
    --help) usage; exit 0 ;;
    -*) fail "there is no option $1; --help lists them." ;;
    *)
      case " ${services[*]} " in
        *" $1 "*) chosen+=("$1") ;;
        *) fail "there is no service $1; there are ${services[*]}." ;;
      esac
      shift
      ;;
  esac
done
case $nodegit in auto | required | off) ;; *) fail "--nodegit is auto, required or off." ;; esac
[ ${#chosen[@]} -gt 0 ] || chosen=("${services[@]}")

tool=${CONTAINER_TOOL:-docker}
run() {
  echo "+ $*"
  if [ "$dry_run" = false ]; then "$@"; fi
}
if [ "$dry_run" = false ] && ! command -v "$tool" >/dev/null; then
  fail "$tool was not found: install it, or set CONTAINER_TOOL to another tool."
fi

cd "$root"
for service in "${chosen[@]}"; do
  options=()
  if [ "$service" = snapshot-worker ]; then options=(--build-arg "NODEGIT=$nodegit"); fi
  run "$tool" build --file "docker/$service/Dockerfile" "${options[@]}" --tag "${registry}nexus-state/$service:$tag" .
done
if [ "$push" = true ]; then
  for service in "${chosen[@]}"; do run "$tool" push "${registry}nexus-state/$service:$tag"; done
fi
