# libvirtd.sh: a real libvirtd of a test's own, as a witness; the host's one is never touched.
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# After tap.sh:
#
#     . "$COFFER_SOURCE/tests/lib/libvirtd.sh"
#     libvirtd_start
#     virsh secret-list
#
# libvirtd_start skips the test where it is not installed or cannot be kept apart. As root it is a system daemon with
# its folders under /etc, /var and /run replaced by private ones (in a mount namespace of its own); for an
# ordinary user it is a session daemon with private XDG folders. It sees the rest of the file system
# as it is, so pools can lie in $TMP. Afterwards there are:
#   LIBVIRT_URI       what any libvirt client can connect to
#   LIBVIRTD_ETC      the folder that stands for /etc/libvirt
#   virsh             a function
#   libvirtd_restart  another, after libvirtd_stop

libvirtd_start() {
    requires libvirtd virsh
    LIBVIRTD_DIR=$TMP/libvirtd
    mkdir -m 755 "$LIBVIRTD_DIR" || exit 1
    chmod 755 "$TMP"
    if ((EUID == 0)); then
        unshare --mount --propagation private true 2>/dev/null ||
            skip_all 'this host does not let root make a mount namespace'
    fi
    cleanup libvirtd_stop
    libvirtd_restart
}

# After libvirtd_stop: over the same folders.
libvirtd_restart() {
    if ((EUID == 0)); then
        libvirtd_system
    else
        libvirtd_session
    fi
    libvirtd_wait
}

libvirtd_system() {
    LIBVIRTD_ETC=$LIBVIRTD_DIR/etc
    LIBVIRTD_SOCKET=$LIBVIRTD_DIR/run/libvirt-sock
    LIBVIRT_URI="qemu:///system?socket=$LIBVIRTD_SOCKET"
    mkdir -p "$LIBVIRTD_DIR"/{etc,lib,log,run} || exit 1
    # What libvirtd found out about QEMU, which takes it seconds, is the same for all tests.
    mkdir -p "$COFFER_BUILD/libvirt-cache"
    ln -sfn "$COFFER_BUILD/libvirt-cache" "$LIBVIRTD_DIR/cache"
    cat >"$LIBVIRTD_DIR/libvirtd.conf" <<'END'
auth_unix_ro = "none"
auth_unix_rw = "none"
unix_sock_dir = "/run/libvirt"
log_outputs = "3:stderr"
END
    # shellcheck disable=SC2016
    unshare --mount --propagation private bash -c '
        mount -t tmpfs -o mode=755 tmpfs /run && mkdir /run/libvirt || exit
        mount --bind "$1/etc" /etc/libvirt && mount --bind "$1/lib" /var/lib/libvirt &&
            mount --bind "$1/run" /run/libvirt && mount --bind "$1/cache" /var/cache/libvirt &&
            mount --bind "$1/log" /var/log/libvirt || exit
        exec libvirtd -f "$1/libvirtd.conf" -p "$1/pid"
        ' libvirtd "$LIBVIRTD_DIR" </dev/null >"$LIBVIRTD_DIR/output" 2>&1 &
    LIBVIRTD_PID=$!
}

libvirtd_session() {
    local home=$LIBVIRTD_DIR/home

    LIBVIRTD_ETC=$home/config/libvirt
    LIBVIRTD_SOCKET=$home/run/libvirt/libvirt-sock
    LIBVIRT_URI="qemu:///session?socket=$LIBVIRTD_SOCKET"
    mkdir -p "$home"/{config,cache,data,run} || exit 1
    chmod 700 "$home/run"
    env HOME="$home" XDG_CONFIG_HOME="$home/config" XDG_CACHE_HOME="$home/cache" \
        XDG_DATA_HOME="$home/data" XDG_RUNTIME_DIR="$home/run" \
        libvirtd </dev/null >"$LIBVIRTD_DIR/output" 2>&1 &
    LIBVIRTD_PID=$!
}

# The daemon tells nobody when it is ready: its socket is asked until it answers.
libvirtd_wait() {
    local i

    for ((i = 0; i < 300; i++)); do
        [[ -S $LIBVIRTD_SOCKET ]] && virsh uri >/dev/null 2>&1 && return
        kill -0 "$LIBVIRTD_PID" 2>/dev/null || break
        read -rt 0.1 <> <(:)
    done
    diag "$(cat "$LIBVIRTD_DIR/output")"
    echo 'Bail out! libvirtd does not answer'
    exit 1
}

libvirtd_stop() {
    kill "$LIBVIRTD_PID" 2>/dev/null && wait "$LIBVIRTD_PID" 2>/dev/null
    true
}

virsh() {
    timeout -k 5 "$TIME_LIMIT" "$(type -P virsh)" -q -c "$LIBVIRT_URI" "$@"
}
