#!/bin/bash
# What a new user meets first: setting up, installing, uninstalling.

. "$OSLER_ROOT/tests/cli/lib.sh"

case_begin "a machine that has everything is told nothing"
expect_exit 0 "$OSLER_ROOT/tools/setup" build
expect_output </dev/null
expect_silence

case_begin "a machine that is not Debian is told what is needed"
mkdir bin
ln -s "$(command -v sh)" bin/sh
expect_exit 1 env PATH="$PWD/bin" "$OSLER_ROOT/tools/setup" build
expect_error_match 'not Debian'
expect_error_match ' libsqlite3-dev .* zlib1g-dev'

case_begin "what is installed runs, and uninstalling removes all of it"
install() { # install or uninstall
    make -C "$OSLER_ROOT" --silent BUILD="$OSLER_BUILD" DESTDIR="$PWD/staged" PREFIX=/usr "$1"
}
expect_exit 0 install install
expect_exit 0 find staged -type f -printf '%M %P\n'
sort -o "$out" "$out"
expect_output installed-files.txt
expect_exit 0 staged/usr/bin/osler-query --version
expect_match '^osler-query [0-9]+\.[0-9]+\.[0-9]+$'
expect_exit 0 install uninstall
expect_exit 0 find staged -type f
expect_output </dev/null
