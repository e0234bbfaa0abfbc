# The stages of tests/run, and what they need on the machine. Sourced by it.

# need COMMAND PACKAGE…: installs Debian packages when the command is missing.
need() {
    local command=$1
    shift
    command -v "$command" >/dev/null 2>&1 && return 0
    say "installing $*"
    local as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
    if ! command -v apt-get >/dev/null 2>&1; then
        say "$command is missing, and this is no Debian: install what holds it ($*)" >&2
        return 1
    fi
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -q >/dev/null
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -q --no-install-recommends "$@" >"$scratch/apt.log" 2>&1 ||
        { tail -20 "$scratch/apt.log" >&2; return 1; }
    command -v "$command" >/dev/null 2>&1
}

# need_cargo COMMAND CRATE VERSION: installs a cargo tool into the cache when it is missing.
need_cargo() {
    command -v "$1" >/dev/null 2>&1 && return 0
    say "installing $2 $3"
    # Its own target directory: the tool's build must not evict ours.
    CARGO_TARGET_DIR="$cache/tools/target" \
        cargo install --quiet --locked --root "$cache/tools" "$2" --version "$3"
}

run_tests() {
    cargo nextest run --no-fail-fast "${cargo_flags[@]}" "${test_flags[@]}" "$@"
}

# run_shipped_tests: those that are about time and chance, so that they see what is shipped.
run_shipped_tests() {
    cargo nextest run --no-fail-fast "${cargo_flags[@]}" "$@"
}

# need_herdbook: the program as it is shipped; a test program may have put its own in that place.
need_herdbook() {
    cargo build "${cargo_flags[@]}"
    herdbook=$CARGO_TARGET_DIR/release/herdbook
}

check_format() {
    cargo fmt --all --check
}

check_lints() {
    need cc build-essential
    cargo clippy "${cargo_flags[@]}" --workspace --all-targets -- -D warnings
}

# Licences, bans and sources are judged from Cargo.lock. The advisory database is a git clone: a
# machine that may not fetch it says so, and the stage still judges the rest.
check_dependencies() {
    need_cargo cargo-deny cargo-deny 0.20.2
    cargo fetch --locked --quiet
    cargo deny --offline check licenses bans sources
    local log=$scratch/advisories.log
    if cargo deny check advisories >"$log" 2>&1; then
        say "advisories: none that is not excused in deny.toml"
    elif grep -q "failed to fetch advisory database" "$log"; then
        say "advisories: NOT CHECKED, the advisory database cannot be fetched from this machine"
    else
        cat "$log" >&2
        return 1
    fi
}

# Everything that needs neither a server nor another language: house rules, units, scenarios,
# SQLite. The official judges and PostgreSQL have their own stages.
run_facts() {
    need_cargo cargo-nextest cargo-nextest 0.9.143
    need systemd-analyze systemd
    HERDBOOK_JUDGES=skip HERDBOOK_TEST_DATABASES=sqlite run_tests --workspace
}

run_doctests() {
    cargo test "${cargo_flags[@]}" --workspace --doc
}

# The same suite on PostgreSQL: one throwaway cluster, a database of its own for each test.
run_on_postgres() {
    need_cargo cargo-nextest cargo-nextest 0.9.143
    ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || need pg_ctl postgresql
    chmod 755 "$scratch" # the server runs as another user
    eval "$(tests/postgres.sh start "$scratch/postgres")"
    trap 'tests/postgres.sh stop "$scratch/postgres"' EXIT
    HERDBOOK_JUDGES=skip HERDBOOK_INGEST_KILLS=20 run_tests -E 'test(/postgres/)'
}

# The first command of the README, on an empty directory, and what the reader tries next.
run_demo() {
    local begun=$SECONDS
    need_herdbook
    say "built in $((SECONDS - begun)) s"
    "$herdbook" demo --no-serve --data-dir "$scratch/demo"
    local kind
    for kind in pdf xml; do
        [ "$(find "$scratch/demo/documents" -name "*.$kind" | wc -l)" -eq 35 ] ||
            { say "not 35 $kind documents" >&2; return 1; }
    done
    "$herdbook" verify --data-dir "$scratch/demo"
    "$herdbook" explain RE-2026-00001 1 --data-dir "$scratch/demo"
    # Its telemetry came through the doors: four sources with a credential, and nothing refused.
    "$herdbook" source list --data-dir "$scratch/demo" | tee "$scratch/sources"
    [ "$(grep -c 'seen 2027-01-0.*[1-9][0-9]* requests.*	0 refused' "$scratch/sources")" -eq 3 ] ||
        { say "not three servers that were heard until January" >&2; return 1; }
    [ "$(grep -c works "$scratch/sources")" -eq 4 ] ||
        { say "not four credentials that work" >&2; return 1; }
}

need_demo() {
    [ -d "$scratch/demo/documents" ] || run_demo
}

# The official rules: schemas, schematrons and PDF/A checks, over the matrix of all document kinds
# and over what the demo left.
run_judges() {
    need java default-jre-headless
    need pdftotext poppler-utils
    tests/judges/setup.sh "$cache/judges"
    export HERDBOOK_JUDGE_PYTHON=$cache/judges/bin/python
    run_tests -E 'binary(einvoice) + binary(render)'
    need_demo
    "$HERDBOOK_JUDGE_PYTHON" tests/judges/judge.py "$scratch"/demo/documents/*
    # A judge that accepts spoilt PDFs would prove nothing: four of them, one of each format.
    local samples=("$scratch"/demo/documents/*.pdf)
    "$HERDBOOK_JUDGE_PYTHON" tests/judges/judge.py --self-test "${samples[@]:0:4}"
}

# need_axe: the rules of accessibility, from npm into the cache, by version and hash of the lock.
need_axe() {
    local home=$cache/browser stamp
    stamp=$home/.ready-$(sha256sum <tests/browser/package-lock.json | cut -c1-16)
    [ -e "$stamp" ] && return 0
    need npm npm
    rm -rf "$home"
    mkdir -p "$home"
    cp tests/browser/package.json tests/browser/package-lock.json "$home"
    npm ci --prefix "$home" --ignore-scripts --no-audit --no-fund --loglevel=error
    touch "$stamp"
}

# The pages of the demo in a browser: signing in, links, keys, languages, no scripts, and the rules
# of accessibility on every page. Each test works on a copy of the demo, with an account of its own.
# HERDBOOK_SCREENS=DIR keeps pictures of the pages.
run_browser() {
    need chromium chromium
    need chromedriver chromium-driver
    need pdftotext poppler-utils
    need_cargo cargo-nextest cargo-nextest 0.9.143
    need_axe
    need_demo
    TMPDIR=$scratch HERDBOOK_DEMO=$scratch/demo \
        HERDBOOK_AXE=$cache/browser/node_modules/axe-core/axe.min.js \
        run_tests --test browser --ignore-default-filter
}

# need_provider: an OpenID Connect provider, from npm into the cache, by version and hash of the
# lock.
need_provider() {
    local home=$cache/oidc stamp
    stamp=$home/.ready-$(sha256sum <tests/oidc/package-lock.json | cut -c1-16)
    need node nodejs
    [ -e "$stamp" ] && return 0
    need npm npm
    rm -rf "$home"
    mkdir -p "$home"
    cp tests/oidc/package.json tests/oidc/package-lock.json "$home"
    npm ci --prefix "$home" --ignore-scripts --no-audit --no-fund --loglevel=error
    touch "$stamp"
}

# Signing in by a certified OpenID Connect provider, through a plain HTTP client: roles from claims,
# answers of other browsers and made-up ones, strangers, and a provider that is down.
run_oidc() {
    need_provider
    local herdbook data=$scratch/oidc-book
    need_herdbook
    "$herdbook" import tests/scenarios/reference.toml --data-dir "$data"
    mkdir -p "$scratch/oidc"
    PROVIDER_MODULES=$cache/oidc \
        python3 tests/oidc/oidc.py "$herdbook" "$data" "$scratch/oidc" ||
        { tail -40 "$scratch/oidc/oidc.log" >&2; return 1; }
}

# The archive in a bucket: documents go there, are verified and backed up from there, and a spoilt
# object is found. The server speaks S3; nothing but the address differs from a real one.
run_on_bucket() {
    local venv=$cache/bucket stamp herdbook server status=0
    stamp=$venv/.ready-$(sha256sum <tests/bucket/requirements.txt | cut -c1-16)
    if [ ! -e "$stamp" ]; then
        rm -rf "$venv"
        python3 -c 'import ensurepip' 2>/dev/null || need pyvenv python3-venv || true
        python3 -m venv "$venv"
        "$venv/bin/pip" install -q --disable-pip-version-check -r tests/bucket/requirements.txt
        touch "$stamp"
    fi
    need_herdbook
    local port
    port=$(python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])')
    "$venv/bin/moto_server" -H 127.0.0.1 -p "$port" >"$scratch/bucket.log" 2>&1 &
    server=$!
    trap "kill $server 2>/dev/null" EXIT
    export AWS_ENDPOINT_URL=http://127.0.0.1:$port AWS_ENDPOINT=http://127.0.0.1:$port
    export AWS_ALLOW_HTTP=true AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test
    export AWS_REGION=eu-central-1 AWS_DEFAULT_REGION=us-east-1
    for _ in $(seq 100); do
        "$venv/bin/python" tests/bucket/bucket.py make 2>/dev/null && break
        sleep 0.2
    done
    export HERDBOOK_DOCUMENTS_ARCHIVE=s3://herdbook/documents
    local data=$scratch/bucket-book
    "$herdbook" import tests/scenarios/reference.toml --data-dir "$data"
    "$herdbook" bill --as-of 2026-03-01 --service-until 2026-12-31 --data-dir "$data"
    local held
    held=$("$venv/bin/python" tests/bucket/bucket.py count)
    [ "$held" -eq 14 ] || { say "$held objects in the bucket, not 14" >&2; return 1; }
    "$herdbook" verify --data-dir "$data"
    "$herdbook" backup --to "$scratch/bucket.tar" --data-dir "$data"
    "$venv/bin/python" tests/bucket/bucket.py spoil
    "$herdbook" verify --data-dir "$data" || status=$?
    [ "$status" -eq 1 ] || { say "a spoilt object was not found: exit $status" >&2; return 1; }
    HERDBOOK_DOCUMENTS_ARCHIVE=s3://herdbook/restored \
        "$herdbook" restore --from "$scratch/bucket.tar" --data-dir "$scratch/bucket-restored"
    HERDBOOK_DOCUMENTS_ARCHIVE=s3://herdbook/restored \
        "$herdbook" verify --data-dir "$scratch/bucket-restored"
}

# need_api_tester: schemathesis, from PyPI into the cache, by version.
need_api_tester() {
    local venv=$cache/api stamp
    stamp=$venv/.ready-$(sha256sum <tests/api/requirements.txt | cut -c1-16)
    [ -e "$stamp" ] && return 0
    rm -rf "$venv"
    python3 -c 'import ensurepip' 2>/dev/null || need pyvenv python3-venv || true
    python3 -m venv "$venv"
    "$venv/bin/pip" install -q --disable-pip-version-check -r tests/api/requirements.txt
    touch "$stamp"
}

# The API against its own document, on a copy of the demo: whatever the document allows is answered
# as it says, whatever it forbids is refused, and nothing makes the server fail. Finance asks for
# everything, and an administrator for the rest. HERDBOOK_API_SECONDS bounds it.
run_api() {
    local herdbook data=$scratch/api server port url role token
    local seconds=${HERDBOOK_API_SECONDS:-150} settings=$PWD/tests/api/schemathesis.toml
    need curl curl
    need_api_tester
    need_demo
    need_herdbook
    cp -r "$scratch/demo" "$data"
    port=$(python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])')
    url=http://127.0.0.1:$port
    HERDBOOK_API_REQUESTS_AT_ONCE=1000000 HERDBOOK_API_REQUESTS_A_MINUTE=60000 \
        "$herdbook" demo --data-dir "$data" --listen "127.0.0.1:$port" >"$scratch/api.log" 2>&1 &
    server=$!
    trap "kill $server 2>/dev/null" EXIT
    for _ in $(seq 300); do
        curl -fs "$url/readyz" >/dev/null && break
        sleep 0.2
    done
    curl -fs "$url/api/openapi.json" | diff -q - docs/openapi.json
    for role in finance admin; do
        token=$("$herdbook" user --data-dir "$data" token "$role@herdbook.example" \
            --expires "$(date -u -d '+7 days' +%F)")
        local only=()
        [ "$role" = finance ] || only=(--include-path-regex '/(users|tokens|me)')
        # From another folder: it keeps the examples it has found where it runs.
        (cd "$scratch" && "$cache/api/bin/schemathesis" --config-file "$settings" run \
            "$url/api/openapi.json" -H "Authorization: Bearer $token" --checks all \
            --max-time "$seconds" --seed 20261127 "${only[@]}")
        seconds=$((seconds / 5))
    done
    if grep -q ' ERROR ' "$scratch/api.log"; then
        say "the server logged errors:" >&2
        grep ' ERROR ' "$scratch/api.log" | head -20 >&2
        return 1
    fi
}

# Mail over a real server: links that sign in, a server that was down, STARTTLS with a password.
run_mail() {
    local venv=$cache/mail stamp
    need openssl openssl
    need_cargo cargo-nextest cargo-nextest 0.9.143
    stamp=$venv/.ready-$(sha256sum <tests/mail/requirements.txt | cut -c1-16)
    if [ ! -e "$stamp" ]; then
        rm -rf "$venv"
        python3 -c 'import ensurepip' 2>/dev/null || need pyvenv python3-venv || true
        python3 -m venv "$venv"
        "$venv/bin/pip" install -q --disable-pip-version-check -r tests/mail/requirements.txt
        touch "$stamp"
    fi
    HERDBOOK_SMTP_PYTHON=$venv/bin/python run_tests --test mail --ignore-default-filter
}

# replay_fuzz SECONDS: the committed corpus, then mutations of it from a seeded generator.
replay_fuzz() {
    HERDBOOK_FUZZ_SECONDS=$1 run_shipped_tests --test fuzz_replay --no-capture
}

# kill_and_rerun LOOPS: kill -9 in the middle of a billing run, then compare with a quiet one.
kill_and_rerun() {
    HERDBOOK_CRASH_LOOPS=$1 HERDBOOK_CRASH_INVOICES=${HERDBOOK_CRASH_INVOICES:-2000} \
        run_shipped_tests --test crash --no-capture
}

# kill_ingest KILLS: kill -9 while four senders push; on PostgreSQL the stage of that name does it.
kill_ingest() {
    HERDBOOK_INGEST_KILLS=$1 HERDBOOK_TEST_DATABASES=sqlite run_tests --test doors \
        --no-capture -E 'test(/killed/)'
}

# A real Prometheus pushes to the program, by the configuration of docs/collectors.
run_prometheus() {
    need_cargo cargo-nextest cargo-nextest 0.9.143
    need prometheus prometheus
    HERDBOOK_TEST_DATABASES=sqlite run_tests --test doors --no-capture --ignore-default-filter \
        -E 'test(/prometheus::/)'
}

# in_batches NAME TOTAL SIZE COMMAND…: runs COMMAND SIZE until TOTAL is reached, goes on where a
# stopped run ended, and keeps the closing lines of each batch in docs/evidence/.
in_batches() {
    local name=$1 total=$2 size=$3 state evidence
    shift 3
    state=$cache/deep/$name
    evidence=docs/evidence/$(date -u +%Y-%m-%d)-$name.txt
    mkdir -p "$cache/deep" docs/evidence
    local done_so_far
    done_so_far=$(cat "$state" 2>/dev/null || echo 0)
    while [ "$done_so_far" -lt "$total" ]; do
        "$@" "$size" 2>&1 | tee "$scratch/batch.log" | tail -3
        [ "${PIPESTATUS[0]}" -eq 0 ] || { tail -40 "$scratch/batch.log" >&2; return 1; }
        done_so_far=$((done_so_far + size))
        echo "$done_so_far" >"$state"
        {
            say "$(date -u +%FT%TZ) $(git rev-parse --short HEAD) $name: $done_so_far of $total"
            grep -E 'SEED|kills in|Summary' "$scratch/batch.log"
        } >>"$evidence"
    done
    rm -f "$state"
    say "see $evidence"
}

fuzz_long() {
    in_batches fuzz "$1" 300 replay_fuzz
}

crash_long() {
    in_batches crash "$1" 20 kill_and_rerun
}

run_benches() {
    cargo bench --locked --workspace
}

build_docs() {
    RUSTDOCFLAGS="-D warnings" cargo doc "${cargo_flags[@]}" --workspace --no-deps \
        --document-private-items
}
