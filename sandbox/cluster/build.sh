#!/usr/bin/env bash
# Builds the cluster program into a directory and makes its names there:
#   build.sh DIRECTORY
# Prints nothing but errors. An interrupted build leaves the old program whole.
set -euo pipefail

directory=${1:?usage: build.sh DIRECTORY}
mkdir -p "$directory"
directory=$(cd "$directory" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")"

names=(etcd kube-apiserver kube-controller-manager kube-scheduler kubectl process-node)
version=v1.37.2
minor=${version#v*.} minor=${minor%.*}

ldflags="-s -w"
for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
  ldflags+=" -X $package.gitVersion=$version -X $package.gitMajor=1 -X $package.gitMinor=$minor"
  ldflags+=" -X $package.gitTreeState=clean"
done

temporary=$directory/.cluster.$$
trap 'rm -f "$temporary"' EXIT
CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags "$ldflags" -o "$temporary" .
mv -f "$temporary" "$directory/cluster"
for name in "${names[@]}"; do
  ln -sfn cluster "$directory/$name"
done
