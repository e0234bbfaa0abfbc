#!/usr/bin/env bash
# Pictures of every page that tests/browser/pages.rs names, for docs/screens: wide in light and in
# dark, narrow in light, with an index. They come from the run that also audits the pages, so a page
# with a finding has no picture.
#
#   tests/browser/screens.sh          # some minutes; installs what the stage "browser" needs
#
# It takes pngquant and python3-pil (Debian). The first brings a picture from some 150 to some
# 30 kB: 48 colours are enough for paper, ink and their shades.
set -euo pipefail
cd "$(dirname "$0")/../.."

command -v pngquant >/dev/null || {
    echo "pngquant is missing: apt-get install pngquant" >&2
    exit 2
}
raw=$(mktemp -d)
trap 'rm -rf "$raw"' EXIT
HERDBOOK_SCREENS=$raw tests/run full browser

folder=docs/screens
mkdir -p "$folder"
rm -f "$folder"/*.png
for look in light-1440 dark-1440 light-390; do
    for file in "$raw"/*-"$look".png; do
        pngquant --force --strip --speed 1 --output "$folder/$(basename "$file")" 48 "$file"
    done
done

# The reference of the API is one page as tall as a hundred screens: its top says how it looks.
for file in "$folder"/api-docs-*.png; do
    python3 - "$file" <<'TOP'
import sys
from PIL import Image
Image.MAX_IMAGE_PIXELS = None
page = Image.open(sys.argv[1])
page.crop((0, 0, page.width, min(6000, page.height))).save(sys.argv[1], optimize=True)
TOP
done

{
    echo "# Pages"
    echo
    echo "Written by \`tests/browser/screens.sh\`, from the demo: figures and names are invented."
    echo "Of the reference of the API the top is shown."
    echo
    echo "| page | light | dark | narrow |"
    echo "|---|---|---|---|"
    for file in "$folder"/*-light-1440.png; do
        name=$(basename "$file" -light-1440.png)
        printf '| %s | [light](%s) | [dark](%s) | [narrow](%s) |\n' "$name" \
            "$name-light-1440.png" "$name-dark-1440.png" "$name-light-390.png"
    done
} >"$folder/README.md"
du -sh "$folder"
