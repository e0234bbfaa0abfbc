#!/bin/sh
# Bytes that nginx sent to the world, for the meter egress: mastodon_egress_bytes_total.
#
# nginx writes the bytes of each answer into a log of their own, without who asked:
#
#   log_format egress '$bytes_sent';
#   access_log /var/log/nginx/egress.log egress;
#
# This adds the log up and empties it; run it every five minutes, as root. The sum only grows: when
# the machine is new it begins again at zero, which the meter takes for a restart. Media that a CDN
# or the bucket serves do not pass nginx: take their own counters under the same name.
#
#   OUT=/var/lib/node_exporter ./nginx-egress.sh
set -eu

log=${LOG:-/var/log/nginx/egress.log}
sum=${SUM:-/var/lib/herdbook-egress}
mkdir -p "$sum"
mv "$log" "$sum/taken.$$"
nginx -s reopen
sleep 2
awk '{ sent += $1 } END { printf "%.0f\n", sent }' "$sum/taken.$$" > "$sum/new"
before=$(cat "$sum/total" 2>/dev/null || echo 0)
echo $((before + $(cat "$sum/new"))) > "$sum/total.$$"
mv "$sum/total.$$" "$sum/total"
rm "$sum/taken.$$"
fresh="$OUT/mastodon_egress.prom.$$"
cat > "$fresh" <<END
# TYPE mastodon_egress_bytes_total counter
mastodon_egress_bytes_total{listener="nginx"} $(cat "$sum/total")
END
mv "$fresh" "$OUT/mastodon_egress.prom"
