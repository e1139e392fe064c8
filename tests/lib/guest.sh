# guest.sh: a small Linux of Debian's kernel, busybox and a script, run by a QEMU of the test's; tests nothing.
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# After tap.sh. The machine is always emulated in software: /dev/kvm may open where no guest ever starts. Its
# first serial port is the QEMU's standard input and output, so that test and guest can take turns:
#
#     guest_build virtio_pci virtio_blk <<'END'
#     echo "size $(cat /sys/block/vda/size)"
#     read -r answer
#     END
#     guest_start coffer domain-run domain.xml -- "${GUEST_ARGS[@]}"
#     guest_expect '^size '             sets GUEST_LINE
#     guest_processes                   looks at it while it waits
#     guest_say go
#     guest_finish                      sets GUEST_STATUS; all that it printed is in GUEST_LOG

GUEST_LIMIT=${GUEST_LIMIT:-120} # seconds from the start to the end
PATH=$PATH:/usr/sbin:/sbin      # where modprobe is, also for an ordinary user

# guest_build MODULE...: the script on standard input runs as root when those are loaded; then the guest ends.
guest_build() {
    local folder=$TMP/guest busybox

    requires qemu-system-x86_64 busybox cpio modprobe
    busybox=$(command -v busybox)
    ldd "$busybox" 2>&1 | grep -q '=>' && skip_all 'busybox-static is not installed'
    guest_choose_kernel
    mkdir -p "$folder"/{bin,dev,proc,sys,modules} || exit 1
    cp "$busybox" "$folder/bin/busybox" && guest_copy_modules "$folder/modules" "$@" || exit 1
    cat >"$folder/script"
    cat >"$folder/init" <<'END'
#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin
mount -t devtmpfs dev /dev
mount -t proc proc /proc
mount -t sysfs sys /sys
exec </dev/ttyS0 >/dev/ttyS0 2>&1
stty -echo
dmesg -n 1
while read -r module; do
    insmod "/modules/$module"
done </modules/order
sh /script
echo "guest ended: $?"
poweroff -f
END
    chmod 755 "$folder/init"
    (cd "$folder" && find . | cpio --quiet -o -H newc | gzip -1) >"$TMP/initrd" || exit 1
    GUEST_ARGS=(-display none -serial stdio -no-reboot -kernel "$GUEST_KERNEL" -initrd "$TMP/initrd"
        -append 'console=ttyS0 panic=-1 quiet')
}

# The newest kernel of the host that has modules here, and that may be read.
guest_choose_kernel() {
    local kernel

    GUEST_KERNEL=
    while read -r kernel; do
        [[ -d /lib/modules/${kernel#/boot/vmlinuz-}/kernel ]] && GUEST_KERNEL=$kernel
    done < <(find /boot -maxdepth 1 -name 'vmlinuz-*-amd64' ! -name '*-cloud-*' 2>/dev/null | sort -V)
    [[ $GUEST_KERNEL ]] || skip_all 'linux-image-amd64 is not installed'
    [[ -r $GUEST_KERNEL ]] || skip_all "this host lets only root read $GUEST_KERNEL"
}

# guest_copy_modules FOLDER MODULE...: those, and what they need before them, in that order.
guest_copy_modules() {
    local file

    modprobe -S "${GUEST_KERNEL#/boot/vmlinuz-}" --show-depends -a "${@:2}" >"$TMP/depends" || return
    while read -r file; do
        cp "$file" "$1" && basename "$file" || return
    done < <(awk '$1 == "insmod" && !seen[$2]++ { print $2 }' "$TMP/depends") >"$1/order"
    [[ -s $1/order ]]
}

# guest_start COMMAND...: a QEMU, however it is started. It is ended with the test, and after GUEST_LIMIT.
guest_start() {
    GUEST_LOG=$TMP/guest.log
    : >"$GUEST_LOG"
    mkfifo "$TMP/guest.in" "$TMP/guest.out" || exit 1
    timeout -k 5 "$GUEST_LIMIT" "$@" <"$TMP/guest.in" >"$TMP/guest.out" 2>"$TMP/guest.err" &
    GUEST_PID=$!
    cleanup 'guest_finish'
    exec {guest_in}>"$TMP/guest.in" {guest_out}<"$TMP/guest.out"
    rm "$TMP/guest.in" "$TMP/guest.out"
}

# guest_expect PATTERN: waits for a line that matches.
guest_expect() {
    while IFS= read -r -u "$guest_out" GUEST_LINE; do
        GUEST_LINE=${GUEST_LINE%$'\r'}
        printf '%s\n' "$GUEST_LINE" >>"$GUEST_LOG"
        [[ $GUEST_LINE =~ $1 ]] && return
    done
    return 1
}

# In a shell of its own, so that a guest that has gone ends only that.
guest_say() {
    (printf '%s\n' "$*" >&"$guest_in")
}

# guest_processes: the numbers of the processes that run it, as far as they are this user's to look at.
guest_processes() {
    local pids=$GUEST_PID all=

    while [[ $pids ]]; do
        all+=" $pids"
        pids=$(pgrep -d ' ' -P "${pids// /,}")
    done
    echo "$all"
}

guest_finish() {
    [[ $GUEST_PID ]] || return 0
    exec {guest_in}>&-
    guest_expect '$^'
    wait "$GUEST_PID"
    GUEST_STATUS=$?
    GUEST_PID=
    exec {guest_out}<&-
}
