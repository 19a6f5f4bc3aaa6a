#!/usr/bin/env bash
# A throw-away Ceph object gateway on loopback: one monitor, one osd, one gateway, no systemd, no manager (S3 needs
# none). Needs Debian's packages radosgw, ceph-mon, ceph-osd, and curl; runs as root, also in a container or chroot.
#
#   scripts/ceph.sh install                        apt-get install the packages
#   scripts/ceph.sh start DIR PORT                 bring it up, print the endpoint once S3 answers
#   scripts/ceph.sh user  DIR NAME ACCESS SECRET   add a user beside the master user
#   scripts/ceph.sh status DIR                     name each daemon's process; exit 1 when one is missing
#   scripts/ceph.sh stop  DIR                      end the daemons of DIR
#   scripts/ceph.sh wipe  DIR                      stop, then delete DIR (only what this script made)
#
# start does nothing when the gateway already answers. After a clean stop the data are still there; whatever was left
# half-made or crashed is made anew. Every wait ends: START_SECONDS (default 90) bounds a whole start.
# CEPH_ACCESS_KEY and CEPH_SECRET_KEY name the master user's key, CEPH_DNS_NAME the host name of which BUCKET.NAME is
# virtual-hosted addressing (default: none).
set -uo pipefail
unset CEPH_CONF CEPH_ARGS CEPH_KEYRING
export LC_ALL=C.UTF-8

ACCESS_KEY=${CEPH_ACCESS_KEY:-MASTERACCESSKEY}
SECRET_KEY=${CEPH_SECRET_KEY:-master-secret-key-0123456789abcdef}
DEADLINE=$((SECONDS + ${START_SECONDS:-90}))

usage() { sed -n '5,11p' "$0" | cut -c3- >&2; exit 2; }
complain() { echo "ceph.sh: $*" >&2; exit 1; }

# ------------------------------------------------------------------ processes
# A process number counts only while that process still runs with our configuration: numbers are used again.
runs() {
  local number
  number=$(cat "$DIR/$1.pid" 2>/dev/null) && [ -n "$number" ] || return 1
  tr '\0' ' ' 2>/dev/null <"/proc/$number/cmdline" | grep -qF -- "-c $CONF "
}

launch() { # NAME COMMAND…
  local name=$1
  shift
  setsid "$@" </dev/null >>"$DIR/log/$name.txt" 2>&1 8>&- &
  echo $! >"$DIR/$name.pid"
}

finish() { # NAME SECONDS: asks, waits, then insists
  local tenths=$(($2 * 10)) number
  if runs "$1"; then
    number=$(cat "$DIR/$1.pid")
    kill -TERM "$number"
    while runs "$1" && [ $((tenths--)) -gt 0 ]; do sleep 0.1; done
    if runs "$1"; then
      rm -f "$DIR/saved"
      kill -KILL "$number"
      sleep 0.2
    fi
  fi
  rm -f "$DIR/$1.pid"
}

stop_daemons() {
  # The osd writes its memory to disk when it is asked to end; until proven otherwise that counts as saved.
  [ -e "$DIR/complete" ] && runs osd && touch "$DIR/saved"
  # A gateway without an osd never ends by itself.
  if runs osd; then finish rgw 15; else finish rgw 1; fi
  finish osd 20
  finish mon 10
}

give_up() {
  echo "ceph.sh: $*" >&2
  tail -n 12 "$DIR"/log/*.txt >&2
  stop_daemons
  rm -f "$DIR/saved"
  exit 1
}

await() { # WHAT DAEMON COMMAND…
  local what=$1 daemon=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$DEADLINE" ] || give_up "no $what in time"
    runs "$daemon" || give_up "$daemon ended before there was a $what"
    sleep 0.1
  done
}

# Commands to a cluster without a manager or osd may wait for ever: all of them are cut off.
ceph_command() { timeout 20 ceph -c "$CONF" --connect-timeout 10 "$@"; }
admin_command() { timeout 40 radosgw-admin -c "$CONF" -n client.rgw "$@"; }
osd_is_in() { ceph_command osd stat | grep -q '1 up.*1 in'; }
answers() { [ "$(curl -s -m 3 -o "$DIR/log/probe" -w '%{http_code}' "http://127.0.0.1:$1/")" = 200 ]; }
taken() { (exec 7<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# ------------------------------------------------------------------ the cluster
write_configuration() { # FSID MONITOR_PORT
  cat >"$CONF" <<END
[global]
fsid = $1
mon_host = [v2:127.0.0.1:$2/0]
mon_initial_members = a
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
ms_bind_msgr1 = false
auth_cluster_required = cephx
auth_service_required = cephx
auth_client_required = cephx
auth_allow_insecure_global_id_reclaim = false
keyring = $DIR/keyring
run_dir = $DIR
admin_socket =
pid_file =
crash_dir = $DIR/log
log_file = $DIR/log/\$name.log
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 8
osd_pool_default_pgp_num = 8
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
rgw_rados_pool_pg_num_min = 8

[mon]
mon_data = $DIR/data/mon
mon_allow_pool_size_one = true
mon_warn_on_pool_no_redundancy = false
mon_max_pg_per_osd = 1000
mon_data_avail_crit = 1
mon_data_avail_warn = 2
mon_cluster_log_file = $DIR/log/cluster.log
# A proposal at once instead of after a second's thought: starts in 3 s rather than in 15.
paxos_propose_interval = 0.05
paxos_min_wait = 0.01

[osd]
osd_data = $DIR/data/osd
osd_objectstore = memstore
memstore_device_bytes = 4294967296
# memstore saves only when the osd is allowed to end in order.
osd_fast_shutdown = false

[client.rgw]
rgw_data = $DIR/data/rgw
# Without tcp_nodelay each small GET waits 40 ms: header and body leave in two writes, and Nagle meets a delayed ACK.
rgw_frontends = beast endpoint=127.0.0.1:$PORT tcp_nodelay=1
rgw_enable_apis = s3
rgw_crypt_require_ssl = false
${CEPH_DNS_NAME:+rgw_dns_name = $CEPH_DNS_NAME}
rgw_gc_obj_min_wait = 10
rgw_gc_processor_period = 10
rgw_gc_processor_max_time = 10
END
}

# This gateway does not log in to a monitor with authentication switched off, so there is one keyring for everybody.
write_keyring() {
  local who
  (umask 077 && : >"$DIR/keyring")
  for who in mon. client.admin client.rgw osd.0; do
    printf '[%s]\nkey = %s\ncaps mon = "allow *"\ncaps osd = "allow *"\n' "$who" "$(ceph-authtool --gen-print-key)"
  done >>"$DIR/keyring"
}

make_monitor() { # writes DIR/identity: FSID MONITOR_PORT OSD_UUID
  local fsid uuid port=$((21000 + PORT % 10000))
  fsid=$(cat /proc/sys/kernel/random/uuid)
  uuid=$(cat /proc/sys/kernel/random/uuid)
  while taken "$port"; do port=$((port + 1)); done
  find "$DIR" -mindepth 1 -maxdepth 1 ! -name '.*' -exec rm -rf {} +
  mkdir -p "$DIR/log" "$DIR/data/mon" "$DIR/data/osd" "$DIR/data/rgw"
  echo "$fsid $port $uuid" >"$DIR/identity"
  write_keyring
  write_configuration "$fsid" "$port"
  monmaptool --create --fsid "$fsid" --addv a "[v2:127.0.0.1:$port/0]" "$DIR/data/monmap" >>"$DIR/log/mon.txt" 2>&1 &&
    ceph-mon -c "$CONF" -i a --mkfs --monmap "$DIR/data/monmap" --keyring "$DIR/keyring" >>"$DIR/log/mon.txt" 2>&1 ||
    give_up "the monitor could not be made"
}

make_osd() {
  local uuid
  uuid=$(cut -d' ' -f3 "$DIR/identity")
  ceph_command osd new "$uuid" 0 </dev/null >>"$DIR/log/osd.txt" 2>&1 &&
    timeout 30 ceph-osd -c "$CONF" -i 0 --mkfs --osd-uuid "$uuid" --no-mon-config >>"$DIR/log/osd.txt" 2>&1 ||
    give_up "the osd could not be made"
}

add_user() { # NAME ACCESS SECRET
  admin_command user create --uid "$1" --display-name "$1" --access-key "$2" --secret-key "$3" --max-buckets 10000 \
    >>"$DIR/log/users.txt" 2>&1
}

start() {
  local program made=no
  for program in ceph-mon ceph-osd ceph radosgw radosgw-admin monmaptool ceph-authtool curl; do
    command -v "$program" >/dev/null || complain "$program is missing; run: $0 install"
  done
  if [ -d "$DIR" ] && [ ! -e "$DIR/.ceph-sh" ] && [ -n "$(ls -A "$DIR")" ]; then complain "$DIR holds other things"; fi
  mkdir -p "$DIR/log" && touch "$DIR/.ceph-sh" || complain "cannot write $DIR"
  exec 8>"$DIR/.lock"
  flock -w 60 8 || complain "another start is under way in $DIR"
  if runs mon && runs osd && runs rgw && answers "$PORT"; then return; fi
  stop_daemons
  ! taken "$PORT" || complain "port $PORT is taken"
  ulimit -n "$(ulimit -Hn)"

  if [ -e "$DIR/saved" ]; then
    # The port may be another one than last time.
    read -r fsid monitor_port _ <"$DIR/identity"
    write_configuration "$fsid" "$monitor_port"
    rm -f "$DIR/saved"
  else
    make_monitor
    made=yes
  fi
  launch mon ceph-mon -c "$CONF" -i a -f
  await monitor mon ceph_command mon stat
  [ "$made" = no ] || make_osd
  launch osd ceph-osd -c "$CONF" -i 0 -f
  await osd osd osd_is_in
  launch rgw radosgw -c "$CONF" -n client.rgw -f
  await gateway rgw answers "$PORT"
  [ "$made" = no ] || add_user master "$ACCESS_KEY" "$SECRET_KEY" || give_up "the master user could not be made"
  touch "$DIR/complete"
}

COMMAND=${1:-}
if [ "$COMMAND" = install ]; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  exec apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends radosgw ceph-mon ceph-osd curl
fi

DIR=${2:-}
PORT=${3:-}
case $DIR in /*[!A-Za-z0-9/._-]*) complain "the directory's name may hold letters, digits and / . _ - only" ;; esac
case $DIR in /?*) ;; *) usage ;; esac
CONF=$DIR/ceph.conf
if [ "$COMMAND" != start ] && [ ! -e "$DIR/.ceph-sh" ]; then complain "$DIR was not made by this script"; fi

case $COMMAND in
  start)
    [[ $PORT =~ ^[0-9]+$ ]] || usage
    start
    echo "http://127.0.0.1:$PORT"
    ;;
  user)
    [ $# = 5 ] || usage
    add_user "$3" "$4" "$5" || complain "user $3 could not be made, see $DIR/log/users.txt"
    ;;
  status)
    missing=0
    for name in mon osd rgw; do
      if runs "$name"; then echo "$name $(cat "$DIR/$name.pid")"; else echo "$name is missing"; missing=1; fi
    done
    exit "$missing"
    ;;
  stop) stop_daemons ;;
  wipe) stop_daemons && rm -rf "${DIR:?}" ;;
  *) usage ;;
esac
