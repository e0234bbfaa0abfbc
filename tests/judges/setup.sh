#!/usr/bin/env bash
# setup.sh VENV: makes the environment that judge.py runs in, or returns at once when it is there.
# Needs python3; everything else comes from the Debian and PyPI registries.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
venv=${1:?usage: setup.sh VENV}
mkdir -p "$(dirname "$venv")"
venv=$(realpath -m "$venv")
stamp=$venv/.judges-$(sha256sum <"$here/requirements.txt" | cut -c1-16)

# PDFBox Preflight, a second opinion on PDF/A, and its libraries by their Debian packages.
jars=(preflight pdfbox2 fontbox2 xmpbox commons-logging commons-io javax.activation jaxb-api)
packages=(libpdfbox2-java libfontbox2-java libcommons-logging-java libcommons-io-java
    libactivation-java libjaxb-api-java)

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

install() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" \
        >/dev/null || {
        as_root apt-get update -q >/dev/null
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
            --no-install-recommends "$@" >/dev/null
    }
}

# Two test runs at once share one environment.
exec 9>"$venv.lock"
flock 9

command -v java >/dev/null || install default-jre-headless
for jar in "${jars[@]}"; do
    if [ ! -e "/usr/share/java/$jar.jar" ]; then
        install "${packages[@]}"
        break
    fi
done

if [ ! -e "$stamp" ]; then
    rm -rf "$venv"
    python3 -c 'import ensurepip' 2>/dev/null || install python3-venv
    python3 -m venv "$venv"
    "$venv/bin/pip" install -q --disable-pip-version-check --no-deps -r "$here/requirements.txt"
    touch "$stamp"
fi
"$venv/bin/python" "$here/judge.py" --ready
