#!/bin/bash
# hostile.sh: XML, names, UUIDs and options that mean harm get one clear line, and change nothing.
# SPDX-License-Identifier: LGPL-2.1-or-later
. "$(dirname "$0")/../lib/tap.sh"
. "$COFFER_SOURCE/tests/lib/peers.sh"

uuid=7d6f0e6a-53a2-4c7e-9c43-2b8f6b2f1a02
ok 'preparing a secret' define_secret "$uuid" 'throw-away value'
ok 'preparing a pool' running_pool pool "$TMP/pool"
UNCHANGED=("$TMP/pool")
printf 'a file that nothing may read\n' >"$TMP/outside"
mkdir "$TMP/xml"

# For each kind of XML: the command that takes it, and a valid text to be spoilt.
kinds=(secret pool volume domain)
declare -A command=(
    [secret]="secret-define @" [pool]="pool-define @" [volume]="vol-create pool @"
    [domain]="domxml-to-native qemu-argv @"
)
declare -A body=(
    [secret]="<description>d</description>"
    [pool]="<name>other</name><target><path>$TMP/other</path></target>"
    [volume]="<name>v</name><capacity unit='MiB'>1</capacity>"
    [domain]="<name>d</name><memory unit='MiB'>64</memory><os><type arch='x86_64'>hvm</type></os>"
)
declare -A start=([secret]="<secret>" [pool]="<pool type='dir'>" [volume]="<volume>"
    [domain]="<domain type='qemu'>")

# refuse KIND NAME PATTERN [STATUS]: the text is on standard input.
refuse() {
    local words

    cat >"$TMP/xml/hostile.xml"
    words=${command[$1]//@/$TMP/xml/hostile.xml}
    # shellcheck disable=SC2086  # the words are words
    fails_unchanged 1 "^error: .*$3" "$1: $2" coffer $words
}

for kind in "${kinds[@]}"; do
    open=${start[$kind]} inner=${body[$kind]} close="</$kind>"

    refuse "$kind" 'an external entity' '[Dd][Tt][Dd]|DOCTYPE|entit' <<END
<?xml version='1.0'?>
<!DOCTYPE x [ <!ENTITY leak SYSTEM "file://$TMP/outside"> ]>
$open<description>&leak;</description>$inner$close
END
    refuse "$kind" 'a billion laughs' '[Dd][Tt][Dd]|DOCTYPE|entit' <<END
<!DOCTYPE x [ <!ENTITY a "aaaaaaaaaaaaaaaaaaaa"> <!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"> <!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;"> ]>
$open<description>&d;</description>$inner$close
END
    refuse "$kind" 'an external DTD' '[Dd][Tt][Dd]|DOCTYPE' <<END
<!DOCTYPE x SYSTEM "file://$TMP/outside">
$open$inner$close
END
    refuse "$kind" 'a depth of 10,000' 'deep|depth|nest|level' < <(
        printf '%s%s' "$open" "$inner"
        printf '<x>%.0s' {1..10000}
        printf '</x>%.0s' {1..10000}
        printf '%s' "$close"
    )
    refuse "$kind" '100 MiB of text' 'large|size|big|long|bytes|MiB' < <(
        printf '%s%s<description>' "$open" "$inner"
        head -c 100M /dev/zero | tr '\0' a
        printf '</description>%s' "$close"
    )
    refuse "$kind" 'no XML at all' 'line 1' <<<'this is no XML'
    refuse "$kind" 'an empty file' '' </dev/null
    refuse "$kind" 'a tag that is not closed' 'line [23]' <<<"$open
$inner"
    refuse "$kind" 'another element' "$kind" <<<'<network><name>x</name></network>'
    refuse "$kind" 'bytes that are not UTF-8' '' < <(printf '%s<description>\xff\xfe</description>%s%s' \
        "$open" "$inner" "$close")
    refuse "$kind" 'a NUL' '' < <(printf '%s<description>a\0b</description>%s%s' \
        "$open" "$inner" "$close")
done

long=$(printf 'n%.0s' {1..300})
for name in '../x' 'a/b' '' "$long" '-x' '.' '..' $'a\nb' $'a\tb'; do
    label=$(printf '%q' "${name:0:20}")
    refuse pool "the name $label" 'line [0-9]+.*name|name.*line [0-9]+' <<END
<pool type='dir'>
  <name>$name</name>
  <target><path>$TMP/other</path></target>
</pool>
END
    refuse volume "the name $label" 'line [0-9]+.*name|name.*line [0-9]+' <<END
<volume>
  <name>$name</name>
  <capacity unit='MiB'>1</capacity>
</volume>
END
done

for size in "unit='EiB'>99999999999" "unit='bytes'>-1" "unit='bytes'>18446744073709551616" \
    "unit='bytes'>9223372036854775808" "unit='MiB'>1.5" "unit='lightyears'>1" "unit='MiB'>" \
    "unit='MiB'>0x10" "unit='MiB'>1 000"; do
    refuse volume "the capacity $size" 'line 3.*capacity|capacity.*line 3' <<END
<volume>
  <name>v</name>
  <capacity $size</capacity>
</volume>
END
done

for bad in 'no-uuid' '7d6f0e6a-53a2-4c7e-9c43' '00000000-0000-0000-0000-000000000000' \
    "$uuid-and-more" '../../etc/passwd'; do
    refuse secret "the UUID $bad" 'line [0-9]+.*uuid|uuid.*line [0-9]+|UUID' <<END
<secret>
  <uuid>$bad</uuid>
</secret>
END
    fails_unchanged 1 '^error: .*' "dumpxml of the UUID $bad" coffer secret-dumpxml "$bad"
done
refuse volume 'an encryption whose secret is unknown' 'secret' <<END
$(volume_xml v raw 7d6f0e6a-53a2-4c7e-9c43-00000000dead)
END

# Values that QEMU could not take: refused before anything is made.
for value in 'with\0NUL' 'not\xffUTF-8'; do
    other=7d6f0e6a-53a2-4c7e-9c43-2b8f6b2f1a03
    define_secret "$other" placeholder
    printf "$value" >"$TMP/odd"
    ok "a secret may have the value $value" coffer secret-set-value "$other" --file "$TMP/odd" --plain
    for format in raw qcow2; do
        volume_xml v "$format" "$other" >"$TMP/xml/volume.xml"
        fails_unchanged 1 '^error: .*(UTF-8|NUL)' "but not for a $format volume" \
            coffer vol-create pool "$TMP/xml/volume.xml"
    done
    rm -f "$TMP/odd"
done

fails_unchanged 2 '^error: .*no-such' 'an unknown command' coffer no-such-command
fails_unchanged 2 '^error: .*no-such' 'an unknown option' coffer secret-list --no-such-option
fails_unchanged 2 '^error: .*' 'an argument too many' coffer secret-dumpxml "$uuid" more
fails_unchanged 2 '^error: .*' 'an argument too few' coffer secret-dumpxml
fails_unchanged 1 '^error: .*nothing-here' 'a file that is not there' \
    coffer secret-define "$TMP/nothing-here.xml"
fails_unchanged 2 '^error: .*(--file|--stdin|--interactive)' 'a value on the command line' \
    coffer secret-set-value "$uuid" dGhyb3ctYXdheQ==
is "$(grep -c dGhyb3ctYXdheQ <<<"$ERR")" 0 'and it is not repeated in the message'
fails_unchanged 1 '^error: .*' 'a pool on a relative path' \
    coffer pool-define-as relative dir --target some/where
is "$(cat "$TMP/outside")" 'a file that nothing may read' 'the file outside is as it was'

done_testing
