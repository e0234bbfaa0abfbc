#!/usr/bin/env bash
# Every target of this folder, or those named, under libFuzzer, one after the other.
#
#   fuzz/run.sh SECONDS [TARGET…]
#
# No sanitizer: the code is safe Rust, so what there is to find are panics, overflows and broken
# assertions, and without one the toolchain of the product is enough. A finding stops the run and
# is kept below fuzz/artifacts/. What was learnt is merged into the corpus by
# `cargo fuzz cmin TARGET` when it is worth keeping; a run leaves the committed seeds alone.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:?seconds for each target}
shift
command -v cargo-fuzz >/dev/null || cargo install --locked cargo-fuzz
cp Cargo.lock fuzz/Cargo.lock

if [ $# = 0 ]; then
    mapfile -t names < <(cargo fuzz list)
    set -- "${names[@]}"
fi
learnt=$(mktemp -d)
trap 'rm -rf "$learnt"' EXIT
cargo fuzz build --sanitizer none
for target in "$@"; do
    mkdir -p "$learnt/$target"
    cargo fuzz run --sanitizer none "$target" "$learnt/$target" "fuzz/corpus/$target" -- \
        -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=65536 \
        -print_final_stats=1 >"$learnt/log" 2>&1 || {
        tail -40 "$learnt/log" >&2
        exit 1
    }
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$learnt/log")
    reached=$(grep -oE 'cov: [0-9]+' "$learnt/log" | tail -1)
    echo "$target: $runs runs in $seconds s, $reached, no finding"
done
