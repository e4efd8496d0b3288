#!/usr/bin/env bash
# An S3 server for tests: Ceph's object gateway with one monitor and one object store in memory, on loopback.
# Usage: radosgw.sh FOLDER PORT. Keeps all under FOLDER, which must not exist, prints "ready URL KEY SECRET" and serves
# until its standard input ends; then it ends its three processes by their ids and removes FOLDER.
# Takes PORT and the 60 ports behind it. Runs as any user.
set -euo pipefail
folder=${1:?folder} port=${2:?port}
mkdir "$folder" && cd "$folder"
folder=$PWD
mkdir mon osd rgw run log
pids=()

finish() {
  trap - EXIT
  for pid in "${pids[@]}"; do kill -KILL "$pid" 2> /dev/null || true; done
  wait || true
  cd / && rm -rf -- "$folder"
}
trap finish EXIT

fail() {
  echo "radosgw.sh: $1" >&2
  tail -n 10 log/* >&2 || true
  exit 1
}

osd=$(cat /proc/sys/kernel/random/uuid)
cat > ceph.conf << END
[global]
fsid = $(cat /proc/sys/kernel/random/uuid)
mon_host = v2:127.0.0.1:$((port + 1))
mon_initial_members = a
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
ms_bind_msgr1 = false
ms_bind_port_min = $((port + 10))
ms_bind_port_max = $((port + 60))
# No keys: nobody but this machine reaches it. Without them the monitor can't be asked for an encrypted session.
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
ms_mon_client_mode = crc
run_dir = $folder/run
admin_socket = $folder/run/\$name.asok
pid_file = $folder/run/\$name.pid
log_file = $folder/log/\$name.log
keyring = $folder/keyring
crash_dir = $folder/log
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 4
osd_pool_default_pgp_num = 4
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
mon_allow_pool_size_one = true
mon_max_pg_per_osd = 2000
[mon]
mon_data = $folder/mon
mon_cluster_log_file = $folder/log/cluster.log
# Otherwise each change of the map waits a second.
paxos_propose_interval = 0.02
paxos_min_wait = 0.01
mon_data_avail_crit = 1
mon_data_avail_warn = 2
[osd]
osd_data = $folder/osd
osd_objectstore = memstore
osd_uuid = $osd
memstore_device_bytes = ${VERSIONING_TEST_S3_BYTES:-2147483648}
osd_op_num_shards = 4
osd_op_num_threads_per_shard = 1
osd_max_object_name_len = 2048
osd_scrub_begin_hour = 0
osd_scrub_load_threshold = 0.01
[client]
rgw_data = $folder/rgw
# Without tcp_nodelay each small answer waits for a delayed acknowledgement.
rgw_frontends = beast endpoint=127.0.0.1:$port tcp_nodelay=1
rgw_thread_pool_size = 64
rgw_enable_usage_log = false
rgw_enable_lc_threads = false
rgw_run_sync_thread = false
END
export CEPH_CONF="$folder/ceph.conf"

ceph-authtool --create-keyring keyring --gen-key -n mon. --cap mon 'allow *' > /dev/null
monmaptool --create --clobber --fsid "$(sed -n 's/^fsid = //p' ceph.conf)" --addv a "[v2:127.0.0.1:$((port + 1))]" monmap > /dev/null
ceph-mon --mkfs -i a --monmap monmap --keyring keyring > log/mon-mkfs.out 2>&1 || fail "the monitor's store could not be made"
ceph-mon -f -i a > log/mon.out 2>&1 < /dev/null & pids+=($!)
ceph-osd -i 0 --mkfs --osd-uuid "$osd" > log/osd-mkfs.out 2>&1 || fail "the object store could not be made"
timeout 30 ceph --connect-timeout 20 osd new "$osd" 0 > /dev/null 2> log/osd-new.out || fail "the monitor does not answer"
ceph-osd -f -i 0 > log/osd.out 2>&1 < /dev/null & pids+=($!)
timeout 60 radosgw-admin user create --uid=test --display-name=test --access-key=testaccess --secret-key=testsecretkey \
  > log/user.json 2> log/user.out || fail "no user could be made"
radosgw -f -n client.rgw > log/rgw.out 2>&1 < /dev/null & pids+=($!)
for _ in $(seq 1 300); do
  kill -0 "${pids[2]}" 2> /dev/null || fail "the gateway ended"
  if (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null; then
    echo "ready http://127.0.0.1:$port testaccess testsecretkey"
    cat > /dev/null
    exit 0
  fi
  sleep 0.1
done
fail "the gateway does not answer"
