# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# For the tests of GSKit's commands.

# A scratch folder with the program under IBM's names.
gskit_scratch()
{
	scratch
	unset KYMAN_GSKIT_DATES
	ln -s "$KYMAN" runmqakm
	ln -s "$KYMAN" gsk8capicmd_64
}

# gsk STATUS WORD...: runs runmqakm with nothing to read, and nobody to ask; output in $out and $err.
gsk()
{
	local want=$1 got=0

	shift
	setsid -w ./runmqakm "$@" >.out 2>.err </dev/null || got=$?
	out=$(tr -d '\0' <.out) err=$(tr -d '\0' <.err)
	if [ "$got" -ne "$want" ]; then
		printf 'runmqakm %s\nstatus %s instead of %s\n%s\n%s\n' "$*" "$got" "$want" "$out" "$err"
		return 1
	fi
}

# fails STATUS TEXT WORD...: with this status and these words, nothing printed, no file changed.
fails()
{
	local want=$1 text=$2

	shift 2
	find . -type f ! -name '.*' -exec sha256sum {} + | sort >.before
	gsk "$want" "$@"
	has "$err" "$text"
	[ -z "$out" ]
	find . -type f ! -name '.*' -exec sha256sum {} + | sort >.after
	diff .before .after
}

# db.p12, password secret12, stashed.
make_db()
{
	gsk 0 -keydb -create -db db.p12 -pw secret12 -type pkcs12 -stash
}

# A certificate with this label in db.p12; options may follow. Elliptic keys are made fast.
make_cert()
{
	local label=$1

	shift
	gsk 0 -cert -create -db db.p12 -stashed -label "$label" -dn "CN=$label" -sigalg SHA256WithECDSA "$@"
}

# What openssl says about a certificate of db.p12: x509 LABEL OPTION...
x509()
{
	local label=$1

	shift
	rm -f .x.pem
	gsk 0 -cert -extract -db db.p12 -stashed -label "$label" -target .x.pem
	openssl x509 -in .x.pem -noout "$@"
}
