#!/usr/bin/env bash
# What setting the booklets of editions as PDF needs from the system: Pango and HarfBuzz, and a
# Chinese font. Installed where this may be done; elsewhere the command is named, and the button
# that makes a PDF says what is missing.
set -euo pipefail

packages=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk fontconfig)

complete() {
    local known
    known=$(/sbin/ldconfig -p 2>/dev/null)
    for library in libpango-1.0.so.0 libpangoft2-1.0.so.0 libharfbuzz-subset.so.0; do
        [[ $known == *"$library"* ]] || return 1
    done
    [ -n "$(fc-list 'Noto Sans CJK SC' 2>/dev/null)" ]
}

if complete; then
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    echo "Installing ${packages[*]} ..."
    if apt-get update -qq && apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null; then
        exit 0
    fi
fi
echo "PDF booklets need libraries that are missing here. Install them with:"
echo "    sudo apt-get install ${packages[*]}"
