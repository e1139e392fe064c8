#!/bin/bash
# terminal.sh: the shell at a terminal: line editing, completion, history, prompts for values, warnings.
# SPDX-License-Identifier: LGPL-2.1-or-later
. "$(dirname "$0")/../lib/tap.sh"
. "$COFFER_SOURCE/tests/lib/peers.sh"
requires python3

uuid=7d6f0e6a-53a2-4c7e-9c43-2b8f6b2f1a30
export XDG_STATE_HOME=$TMP/state TERM=vt100 INPUTRC=$TMP/inputrc
echo 'set enable-bracketed-paste off' >"$INPUTRC"
history=$XDG_STATE_HOME/coffer/history
coffer -q secret-define - < <(secret_xml "$uuid")
running_pool attic "$TMP/attic"
printf x >"$TMP/attic/volume.img"
coffer -q pool-refresh attic

# terminal NAME COMMAND...: a person does what standard input says.
terminal() {
    local name=$1

    shift
    if python3 "$COFFER_SOURCE/tests/lib/terminal.py" "$TMP/screen" "$@" 2>"$TMP/why"; then
        pass "$name"
    else
        fail "$name" "$(cat "$TMP/why")" "$(cat -v "$TMP/screen")"
    fi
}
shell=("$COFFER" --root "$ROOT")

terminal 'commands, a mistake, and leaving' "${shell[@]}" <<'END'
expect interactive terminal
expect coffer # $
type echo one; echo two\r
expect \r\none\r\ntwo\r\n
expect coffer # $
type frob\r
expect error: unknown command: 'frob'
expect coffer # $
type quit\r
end 0
END
terminal 'the end of the input leaves too' "${shell[@]}" <<'END'
expect coffer # $
type \x04
end 0
END
terminal 'a line is thrown away by Ctrl-C' "${shell[@]}" <<'END'
expect coffer # $
type echo unwanted
expect unwanted
type \x03
expect coffer # $
type echo wanted\r
expect \r\nwanted\r\n
silent unwanted
expect coffer # $
type exit\r
end 0
END
terminal 'quiet has no welcome' "${shell[@]}" -q <<'END'
expect coffer # $
silent interactive
type quit\r
end 0
END

terminal 'completion of commands, options, and the names of objects' "${shell[@]}" <<END
expect coffer # $
type secret-dump\t
expect secret-dumpxml $
type 7d6f\t
expect $uuid
type \r
expect <uuid>$uuid</uuid>
expect coffer # $
type pool-info att\t
expect attic
type --by\t\r
expect Capacity: +[0-9]+\r
expect coffer # $
type vol-path vol
type \x01\x0b
type vol-path --pool=att\t
expect --pool=attic
type vol\t
expect volume.img
type \r
expect $TMP/attic/volume.img\r
expect coffer # $
type echo one; pool-u\t\t
expect pool-undefine *pool-uuid
type u\tattic\r
expect [0-9a-f-]{36}\r
expect coffer # $
type secret-define $TMP/att\t
expect attic/
type \x01\x0b
type quit\r
end 0
END

# --- Values.
terminal 'a value is asked for, and not shown' "${shell[@]}" secret-set-value "$uuid" --interactive <<'END'
expect Enter new value for secret: $
type typed by hand\r
expect Secret value set
silent typed
end 0
END
is "$(coffer secret-get-value "$uuid" --plain)" 'typed by hand' 'it is what was typed, without the newline'
terminal 'Ctrl-C instead of a value' "${shell[@]}" secret-set-value "$uuid" --interactive <<'END'
expect Enter new value for secret: $
type half\x03
expect error: no value was given
end 1
END
terminal 'nothing instead of a value' "${shell[@]}" secret-set-value "$uuid" --interactive <<'END'
expect Enter new value for secret: $
type \r
expect error: .*at least one byte
end 1
END
is "$(coffer secret-get-value "$uuid" --plain)" 'typed by hand' 'the value is still the same'
terminal 'the terminal echoes again afterwards' bash -c '"$@" secret-set-value '"$uuid"' --interactive;
    stty -a | tr " " "\n" | grep -x -e -echo -e echo' bash "${shell[@]}" <<'END'
expect Enter new value for secret: $
type again by hand\r
expect Secret value set
expect \necho\r
end 0
END
terminal 'the same when a signal ends it' bash -c 'trap : TERM; "$@" secret-set-value '"$uuid"' --interactive;
    echo "status $?"; stty -a | tr " " "\n" | grep -x -e -echo -e echo' bash "${shell[@]}" <<'END'
expect Enter new value for secret: $
signal TERM
expect status 143\r\n
expect echo\r
silent -echo
end 0
END
terminal '--stdin of a terminal' "${shell[@]}" secret-set-value "$uuid" --stdin <<'END'
expect error: standard input is a terminal; use --interactive
end 2
END
terminal 'a value on the screen ends with a newline, and a warning' "${shell[@]}" secret-get-value "$uuid" --plain <<'END'
expect again by hand\r\nwarning: .*screen
end 0
END
terminal 'base64 is no matter for a warning' "${shell[@]}" secret-get-value "$uuid" <<'END'
expect YWdhaW4gYnkgaGFuZA==\r\n
end 0
END
unlike "$(cat "$TMP/screen")" warning 'it has none'

# --- Editing again.
printf '#!/bin/sh\nif grep -q pathos "$1"; then sed -i s,pathos,path,g "$1"; else sed -i s,path,pathos,g "$1"; fi\n' >"$TMP/editor"
chmod +x "$TMP/editor"
export EDITOR=$TMP/editor
terminal 'an edit that makes no sense can be mended' "${shell[@]}" pool-edit attic <<'END'
expect error: .*\r\nTry again\? \[y,n\] $
type y\r
expect not changed
end 0
END
terminal 'or given up' "${shell[@]}" pool-edit attic <<'END'
expect Try again\? \[y,n\] $
type n\r
expect error:
end 1
END

# --- History.
terminal 'a value in the wrong place' "${shell[@]}" <<END
expect coffer # $
type secret-set-value $uuid dGhyb3ctYXdheQ==\r
expect error: .*--stdin
expect coffer # $
type secret-generate $uuid dGhyb3ctYXdheQ==\r
expect error:
expect coffer # $
type  echo a blank in front\r
expect coffer # $
type echo remembered\r
expect coffer # $
type quit\r
end 0
END
is "$(stat -c %a "$history" "${history%/*}" | tr '\n' ' ')" '600 700 ' 'the history is for its owner'
like "$(cat "$history")" 'echo remembered' 'it has what was typed'
unlike "$(cat "$history")" 'dGhyb3' 'but nothing that was refused'
unlike "$(cat "$history")" 'blank in front' 'nor what was typed with a blank in front'
terminal 'the next one knows it' "${shell[@]}" <<'END'
expect coffer # $
type \x1b[A\x1b[A\r
expect \r\nremembered\r\n
expect coffer # $
type \x04
end 0
END
chmod 644 "$history"
terminal 'another one' "${shell[@]}" <<'END'
expect coffer # $
type quit\r
end 0
END
is "$(stat -c %a "$history")" 600 'mends its mode'

done_testing
