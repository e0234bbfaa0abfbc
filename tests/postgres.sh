#!/bin/sh
# One throwaway PostgreSQL cluster for the tests.
#
#   eval "$(tests/postgres.sh start DIR)"   makes it in DIR, on a free port, and exports
#                                           HERDBOOK_TEST_POSTGRES
#   tests/postgres.sh stop DIR              stops it and removes DIR
#
# Runs as `postgres` (or `nobody`) when called by root: the server refuses to run as root.
set -eu

verb=${1:?start or stop}
dir=${2:?a folder for the cluster}

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
if [ -z "$bin" ]; then
    pg_ctl=$(command -v pg_ctl) || { echo "PostgreSQL is not installed" >&2; exit 1; }
    bin=$(dirname "$(readlink -f "$pg_ctl")")
fi

as_user() {
    if [ "$(id -u)" != 0 ]; then
        "$@"
    elif id postgres >/dev/null 2>&1; then
        runuser -u postgres -- "$@"
    else
        runuser -u nobody -- "$@"
    fi
}

free_port() {
    python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])'
}

start() {
    mkdir -p "$dir"
    if [ "$(id -u)" = 0 ]; then
        chown "$(id -u postgres 2>/dev/null || id -u nobody)" "$dir"
    fi
    cd "$dir"
    as_user "$bin/initdb" -D "$dir/cluster" -U herdbook --auth=trust --encoding=UTF8 --locale=C \
        >"$dir.log" 2>&1
    port=$(free_port)
    # fsync stays on: what the tests prove about crashes must hold with it.
    as_user "$bin/pg_ctl" -D "$dir/cluster" -w -l "$dir/cluster/server.log" -o \
        "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$dir \
         -c max_connections=400 -c shared_buffers=256MB -c max_wal_size=2GB" start >>"$dir.log" 2>&1
    echo "export HERDBOOK_TEST_POSTGRES=postgres://herdbook@127.0.0.1:$port/postgres"
}

stop() {
    [ -d "$dir/cluster" ] || exit 0
    cd /
    as_user "$bin/pg_ctl" -D "$dir/cluster" -m immediate -w stop >/dev/null 2>&1 || true
    rm -rf "$dir" "$dir.log"
}

case "$verb" in
start) start ;;
stop) stop ;;
*) echo "start or stop, not $verb" >&2; exit 2 ;;
esac
