#!/usr/bin/env bash
# A newer throw-away Ceph object gateway than the machine's own Debian has: 18.2, from Debian 13, in a folder of its own
# below .tmp. Runs as root and needs debootstrap; nothing outside of that folder is installed or changed.
#
#   scripts/ceph18.sh install          a Debian 13 with Ceph in .tmp/ceph18, about 700 MB, once
#   scripts/ceph18.sh start DIR PORT   this and all else as scripts/ceph.sh, DIR on the machine itself
#   scripts/ceph18.sh remove           deletes .tmp/ceph18
#
# DEBIAN_MIRROR names the mirror to install from. The variables of scripts/ceph.sh have their meaning here, too.
set -euo pipefail
cd "$(dirname "$0")/.."

ROOT=$PWD/.tmp/ceph18
SCRIPT=$PWD/scripts/ceph.sh
MIRROR=${DEBIAN_MIRROR:-http://deb.debian.org/debian}

complain() { echo "ceph18.sh: $*" >&2; exit 1; }
usage() { sed -n '5,7p' scripts/ceph18.sh | cut -c3- >&2; exit 2; }

# Mounts are made in a namespace of their own and end with the last process in it: none is left behind, and deleting
# the folder never reaches into what was mounted there. ceph.sh sees the folder in which DIR lies as /mnt.
inside() ( # ROOT FOLDER COMMAND…
  unset TMPDIR
  export HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8
  # shellcheck disable=SC2016 # expanded by the inner shell
  exec unshare --mount bash -euc '
    root=$1 folder=$2 script=$3
    shift 3
    mount -t proc proc "$root/proc"
    mount --bind "$folder" "$root/mnt"
    touch "$root/usr/local/bin/ceph.sh"
    mount --bind "$script" "$root/usr/local/bin/ceph.sh"
    exec chroot "$root" "$@"
  ' inside "$1" "$2" "$SCRIPT" "${@:3}"
)

make_debian() { # ROOT
  # No package may start a service: the machine's processes are not this folder's.
  debootstrap --variant=minbase trixie "$1" "$MIRROR" &&
    printf '#!/bin/sh\nexit 101\n' >"$1/usr/sbin/policy-rc.d" &&
    chmod +x "$1/usr/sbin/policy-rc.d" &&
    inside "$1" "$1/mnt" ceph.sh install &&
    inside "$1" "$1/mnt" apt-get clean
}

install() {
  [ ! -e "$ROOT" ] || return 0
  command -v debootstrap >/dev/null || complain 'debootstrap is missing (apt-get install debootstrap)'
  local new=$ROOT.new log=$ROOT.log
  rm -rf "$new"
  mkdir -p "$new"
  echo "installing from $MIRROR, see $log"
  make_debian "$new" >"$log" 2>&1 || { tail -n 20 "$log" >&2; complain 'no Debian 13 could be made'; }
  # Only what is whole gets the name that others look for.
  mv "$new" "$ROOT"
}

COMMAND=${1:-}
case $COMMAND in
  install) install ;;
  remove) rm -rf "$ROOT" "$ROOT.new" "$ROOT.log" ;;
  start | user | status | stop | wipe)
    [ -e "$ROOT" ] || complain "nothing is installed; run: $0 install"
    DIR=${2:-}
    DIR=${DIR%/}
    case $DIR in /?*/?*) ;; *) usage ;; esac
    [ -d "${DIR%/*}" ] || complain "${DIR%/*} is not there"
    inside "$ROOT" "${DIR%/*}" ceph.sh "$COMMAND" "/mnt/${DIR##*/}" "${@:3}"
    ;;
  *) usage ;;
esac
