#!/bin/sh
# Bytes in the media bucket, for the meter media_storage: mastodon_media_storage_bytes.
#
# Run it every five minutes (cron, a systemd timer); a value older than twenty minutes counts as not
# measured. It writes a file that node_exporter reads (--collector.textfile.directory), or that any
# web server shows to a target of the kind prometheus-text.
#
#   INSTANCE=social.example.org BUCKET=s3:mastodon-media OUT=/var/lib/node_exporter ./bucket-size.sh
#
# cache/ holds copies of remote media. It is measured apart, so that a contract may leave it out.
set -eu

count() {
    rclone size --json "$1" | sed -n 's/.*"bytes":\([0-9]*\).*/\1/p'
}

all=$(count "$BUCKET")
cache=$(count "$BUCKET/cache")
fresh="$OUT/mastodon_media.prom.$$"
cat > "$fresh" <<END
# TYPE mastodon_media_storage_bytes gauge
mastodon_media_storage_bytes{bucket="media"} $((all - cache))
# TYPE mastodon_media_cache_bytes gauge
mastodon_media_cache_bytes{bucket="media"} $cache
END
# Whole or not at all: a reader never sees half a file.
mv "$fresh" "$OUT/mastodon_media.prom"
