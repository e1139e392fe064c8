# debian.sh: asks apt-get for the Debian packages that are not there yet; sourced, does nothing by itself.
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash

# What it takes to build Coffer.
DEBIAN_BUILD=(gcc libc6-dev meson ninja-build pkgconf libglib2.0-dev libxml2-dev
    libcryptsetup-dev libkeyutils-dev libreadline-dev libjson-glib-dev gobject-introspection
    libgirepository1.0-dev)

# debian_need PACKAGE...: installs those that are missing. As an ordinary user, it says what to type
# and returns 1. Elsewhere than on Debian and its kin it says what is needed and goes on: the build
# names what it does not find.
debian_need() {
    local package missing=()

    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        echo "This is not a Debian system; the equivalents of these packages are needed: $*" >&2
        return 0
    fi
    for package; do
        dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed ||
            missing+=("$package")
    done
    ((${#missing[@]})) || return 0

    if ((EUID != 0)); then
        echo "Debian packages are missing. As root, type:" >&2
        echo "    apt-get install --no-install-recommends ${missing[*]}" >&2
        return 1
    fi
    echo "Installing from Debian: ${missing[*]}" >&2
    debian_install "${missing[@]}" >&2 || {
        echo "apt-get could not install them; its messages are above." >&2
        return 1
    }
}

# The lists may be missing or too old on a fresh machine: then they are fetched, and it is tried once more.
debian_install() {
    local install=(apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends "$@")

    export DEBIAN_FRONTEND=noninteractive
    "${install[@]}" || { apt-get -q update && "${install[@]}"; }
}
