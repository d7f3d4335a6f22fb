#!/usr/bin/env bash
# What the tests need from the system: Chromium with its driver, Chinese fonts, gettext.
# Installed where this may be done; elsewhere the command is named, and the tests that need
# these tools say so when they are skipped.
set -euo pipefail

packages=(chromium chromium-driver fonts-noto-cjk fontconfig gettext)

complete() {
    command -v chromium >/dev/null && command -v chromedriver >/dev/null \
        && command -v xgettext >/dev/null && [ -n "$(fc-list :lang=zh 2>/dev/null)" ]
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
echo "Some tests need tools that are missing here. Install them with:"
echo "    sudo apt-get install ${packages[*]}"
