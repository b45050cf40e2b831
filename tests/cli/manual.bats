#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The manual says what the program's tables say, all of it and nothing else; and its examples work.
# shellcheck disable=SC2154 # the harness sets top_srcdir
# shellcheck disable=SC2094 # topics of help are named as files

bats_require_minimum_version 1.5.0

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
	page=$top_srcdir/man/kyman.1
	unset KYMAN_DB CREDENTIALS_DIRECTORY
	export PAGER=cat
	# shellcheck disable=SC2317 # run by the examples
	kyman() { "$KYMAN" "$@"; }
}

# The lines of section $1 of the manual; with $2, of that subsection only.
section()
{
	awk -v want=".Sh $1" -v sub_want="${2:+.Ss $2}" '
		/^\.Sh / { on = $0 == want; sub_on = 0; next }
		/^\.Ss / { sub_on = $0 == sub_want; if (sub_want) next }
		on && (!sub_want || sub_on)' "$page"
}

# Two lists are the same; what is in one alone is shown.
same()
{
	diff "$1" "$2" | sed -n "s/^</only in $1:/p; s/^>/only in $2:/p" >differs
	cat differs
	[ ! -s differs ]
}

# Each command as "noun verb" or "verb", from the overview.
commands()
{
	"$KYMAN" help | sed -n '1,/^  help /s/^  \([a-z]* \{0,1\}[a-z-]*\)  .*/\1/p' |
		sed 's/ *$//' | grep -v '^help'
}

# The options of a page of help, "--name VALUE", under title $1.
help_options()
{
	awk -v title="$1" '
		/^[A-Z].*\[default\]$/ { on = index($0, title) == 1; next }
		/^$/ { on = 0 }
		on && /^  (-[a-z], )?--/ { sub(/^  (-[a-z], )?/, ""); sub(/   *.*/, ""); print }'
}

# Every option with its default: --name, a tab, the default. Long ones go on in the lines below.
help_defaults()
{
	awk '/^[A-Z].*\[default\]$/ { next }
		/^  (-[a-z], )?--/ { show(); sub(/^  (-[a-z], )?/, ""); text = $0; next }
		/^ / { sub(/^ */, ""); text = text " " $0; next }
		{ show(); text = "" }
		END { show() }
		function show(name, value) {
			if (match(text, /\[[^]]*\](; may be.*)?$/)) {
				name = text; sub(/ .*/, "", name)
				value = substr(text, RSTART + 1)
				sub(/\](; may be.*)?$/, "", value)
				print name "\t" value
			}
			text = ""
		}'
}

# "command<TAB>--option" for each command of the manual, in any order.
manual_options()
{
	section COMMANDS | awk '
		/^\.It Ic / {
			command = $3
			if ($4 ~ /^[a-z]/) command = command " " $4
		}
		/^\./ && / ?Fl / {
			for (i = 1; i <= NF; i++)
				if ($i ~ /^-[a-z][a-z-]+$/) print command "\t-" $i
		}'
}

common()
{
	"$KYMAN" help | help_options 'Common options' | sed 's/ .*//'
}

@test "every command of the tables is in the manual with its arguments, and no other" {
	commands | while read -r command; do
		# shellcheck disable=SC2086 # a noun and a verb
		"$KYMAN" help $command | sed -n '1s/^usage: kyman \(.*\) \[OPTION\.\.\.\]$/\1/p'
	done | sed 's/[][]//g; s/\.\.\.//g; s/|/ /g' | sort >tables
	section COMMANDS | sed -n 's/^\.It Ic //p' | grep -v '^help ' |
		sed 's/ \(Ar\|Op\|Cm\) / /g; s/ \(Ar\|Op\|Cm\) / /g; s/ | / /g; s/ \.\.\.//g' | sort >manual
	[ -s tables ]
	same tables manual
}

@test "every option of every command is in the manual, and no other" {
	common | sort >common
	commands | while read -r command; do
		# shellcheck disable=SC2086 # a noun and a verb
		"$KYMAN" help $command | help_options Options | sed "s/ .*//; s/^/$command	/"
	done | sort -u >tables
	manual_options | grep -v -F -w -f <(sed 's/$/\$/' common) |
		awk -F '\t' 'NR == FNR { is[$1]; next } !($2 in is)' common - | sort -u >manual
	[ "$(wc -l <tables)" -gt 50 ]
	same tables manual
}

@test "the common options are those of the tables" {
	common | sort >tables
	section DESCRIPTION 'Common options' | sed -n 's/^\.It Fl.* \(-[a-z][a-z-]*\).*/-\1/p' | sort >manual
	same tables manual
}

@test "every option has the value that the tables name" {
	{
		"$KYMAN" help | help_options 'Common options'
		commands | while read -r command; do
			# shellcheck disable=SC2086 # a noun and a verb
			"$KYMAN" help $command | help_options Options
		done
	} | grep ' ' | sort -u | sed 's/\.\.\.$//' >tables
	sed -n 's/^\.It Fl \(.*, \)\{0,1\}\(-[a-z-]* Ar .*\)/-\2/p' "$page" |
		sed 's/ Ar / /; s/ : Ns Ar /:/; s/ \.\.\.$//' | sort -u >manual
	same tables manual
}

@test "the defaults are those of the tables" {
	{
		"$KYMAN" help
		commands | while read -r command; do
			# shellcheck disable=SC2086 # a noun and a verb
			"$KYMAN" help $command
			echo
		done
	} | help_defaults | sort -u >tables
	awk '/^\.It Fl / { name = ""; for (i = 1; i <= NF; i++) if ($i ~ /^-[a-z][a-z-]+$/) { name = "-" $i; break } }
		/^Default: / { text = $0; sub(/^Default: /, "", text); sub(/\.$/, "", text); print name "\t" text }' \
		"$page" | sort -u >manual
	[ "$(wc -l <tables)" -gt 20 ]
	same tables manual
}

@test "what an option can be chosen from is in the manual" {
	"$KYMAN" help completion-bash |
		sed -n "/^\t--[a-z-]*)\$/{N;s/^\t\(--[a-z-]*\)).*-W '\([^']*\)'.*/\1 \2/p}" >choices
	[ "$(wc -l <choices)" -ge 8 ]
	while read -r option words; do
		awk -v want="$option" '
			/^\.It (Fl|Ic) / { on = 0; for (i = 1; i <= NF; i++) if ("-" $i == want) on = 1 }
			on' "$page" >item
		for word in $words; do
			grep -qE "^\.(It )?Cm $word( |\$)" item || { echo "$option: $word"; false; }
		done
	done <choices
}

@test "every error code is in the manual with its status, and no other" {
	"$KYMAN" help errors | awk 'NF > 2 && $2 ~ /^[0-9]+$/ { print $1, $2 }' | sort >tables
	section 'EXIT STATUS' 'Error codes' | awk '$1 == ".It" && $2 == "Li" { print $3, $5 }' | sort >manual
	[ "$(wc -l <tables)" -gt 20 ]
	same tables manual
}

@test "every exit status is in the manual" {
	"$KYMAN" help statuses | awk '$1 ~ /^[0-9]+$/ { print $1 }' | sort -n >tables
	section 'EXIT STATUS' | awk '$1 == ".It" && $2 ~ /^[0-9]+$/ { print $2 }' | sort -n >manual
	seq 0 10 >all
	same tables all
	same manual all
}

# The codes in the tag lists of subsection $1.
manual_codes()
{
	section 'WARNINGS AND PROBLEMS' "$1" | sed -n 's/^\.It Li //p' | tr -d ' ' | tr ',' '\n' | sort -u
}

# The codes that are written literally as an argument of the functions $1 in the files behind it.
source_codes()
{
	local functions=$1
	shift
	cat "$@" | tr '\n\t' '  ' |
		grep -oE "\b($functions)\([^\";]*\"[a-z0-9-]+\"" | sed 's/.*"\(.*\)"/\1/' | sort -u
}

@test "every code of a warning or problem that the sources can print is in the manual, and no other" {
	cd "$top_srcdir/src"
	{
		source_codes 'warnings_add|notes_add|say_once|say' op/*.c codec/*.c pki/cert-problems.c
		cat codec/intake*.c | grep -oE 'r->code = "[a-z-]+"' | sed 's/.*"\(.*\)"/\1/'
	} | sort -u >"$BATS_TEST_TMPDIR/sources"
	cd "$BATS_TEST_TMPDIR"
	{
		manual_codes Warnings
		manual_codes Problems
	} | sort -u >manual
	# What could not be read has an error's code; the manual says so once.
	"$KYMAN" help errors | awk 'NF > 2 && $2 ~ /^[0-9]+$/ { print $1 }' | sort | comm -23 - manual >errors
	sort -u sources | comm -23 - errors >found
	[ "$(wc -l <found)" -gt 50 ]
	same found manual
}

@test "every reason of cert verify that the sources can print is in the manual, and no other" {
	source_codes path_fault "$top_srcdir"/src/pki/path*.c >sources
	# One is chosen among two.
	grep -oE '\? "[a-z-]+" : "[a-z-]+"' "$top_srcdir"/src/pki/path.c | grep -oE '"[a-z-]+"' | tr -d '"' >>sources
	grep -oE 'found->code = "[a-z-]+"' "$top_srcdir"/src/op/cert-verify.c | cut -d '"' -f 2 >>sources
	sort -u -o sources sources
	manual_codes Reasons >manual
	[ "$(wc -l <sources)" -gt 10 ]
	same sources manual
}

@test "every source of a secret is in the manual, and no other" {
	run -2 --separate-stderr "$KYMAN" cert list --db x.p12 --pass bogus
	# shellcheck disable=SC2154 # set by run
	printf '%s\n' "$stderr" | tr '\n' ' ' | sed 's/.*sources are \([^;]*\);.*/\1/; s/  */ /g' |
		tr -d ' ' | tr ',' '\n' | sort >tables
	"$KYMAN" help secrets | sed -n 's/^  \([a-z][^ ]*\)  .*/\1/p' | sort >help
	section SECRETS | sed -n 's/^\.It Cm //p' | sed 's/ : Ns Ar /:/' | sort >manual
	[ "$(wc -l <tables)" -eq 10 ]
	same tables help
	same tables manual
}

@test "every key of the JSON objects is in the manual" {
	command -v jq >/dev/null || skip 'jq is not installed'
	"$KYMAN" db create a.p12 --pass gen --stash --json >1.json
	"$KYMAN" cert create ca --db a.p12 --profile ca --json >2.json
	"$KYMAN" csr create waits waits.example --db a.p12 --out waits.csr --json >3.json
	"$KYMAN" csr sign waits.csr --db a.p12 --issuer ca --out waits.pem --yes --json >4.json
	"$KYMAN" cert list --db a.p12 --json >5.json
	"$KYMAN" cert show ca --db a.p12 --pem --json >6.json
	"$KYMAN" csr show waits --db a.p12 --json >7.json
	"$KYMAN" db show a.p12 --json >8.json
	"$KYMAN" cert verify ca --db a.p12 --json >9.json
	"$KYMAN" cert default --db a.p12 --json >10.json
	"$KYMAN" show waits.csr --json >11.json
	run -4 --separate-stderr "$KYMAN" cert show nobody --db a.p12 --json
	printf '%s\n' "$stderr" >12.json
	"$KYMAN" help json --json >13.json
	cat ./*.json | jq -r '.. | objects | keys[]' | sort -u >objects
	section JSON | tr -c 'a-z0-9_\n' '\n' | sort -u >manual
	[ "$(wc -l <objects)" -gt 50 ]
	comm -23 objects manual >missing
	cat missing
	[ ! -s missing ]
}

@test "the variables of the environment that the sources read are in the manual" {
	grep -hoE 'env_get\("[A-Z_]+"\)' "$top_srcdir"/src/{store,op,ui}/*.c | grep -oE '[A-Z_]{3,}' | sort -u >sources
	section ENVIRONMENT | sed -n 's/^\.It Ev //p' | sort >manual
	same sources manual
}

@test "the numbers that the manual says are those of the sources" {
	grep -q 'PBE_TYPED_ITERATIONS = 600000' "$top_srcdir/include/pki/pbe.h"
	grep -q 'PBE_GEN_ITERATIONS = 10000' "$top_srcdir/include/pki/pbe.h"
	section SECRETS | tr '\n' ' ' >text
	grep -q '600,000 iterations' text
	grep -q '142 bits' text
	grep -q '10,000 iterations' text
	grep -q 'SECRET_LINE_MAX = 4096' "$top_srcdir/include/op/secret-source.h"
	grep -q '4,096 bytes, and 128' text
}

# The commands of example $1, a line each.
example()
{
	awk -v n="$1" '
		/^\.Sh / { in_examples = $0 == ".Sh EXAMPLES" }
		/^\.Ss / { on = $2 == n "." }
		/^\.Bd -literal/ { lit = 1; next }
		/^\.Ed/ { lit = 0 }
		in_examples && on && lit { gsub(/\\e/, "\\"); print }' "$page"
}

# What the examples take for given: another CA, whose request we sign and who signs ours.
outside()
{
	local db=(--db outside/outside.p12)

	case $1 in
	6)
		mkdir outside
		kyman db create outside/outside.p12 --pass gen --stash
		kyman cert create 'Outside CA' --profile ca "${db[@]}"
		kyman csr create their their.example "${db[@]}" --out their.csr
		;;
	7)
		kyman cert export 'Outside CA' "${db[@]}" --out outside-root.pem
		kyman csr sign shop.csr --issuer 'Outside CA' "${db[@]}" --yes --out shop.pem
		;;
	8)
		kyman cert create old old.example "${db[@]}"
		kyman cert export old --with-key "${db[@]}" --out old.pfx --out-pass gen:old.pass
		;;
	10)
		echo 'secret' >ring.pass
		;;
	11)
		kyman cert show web --pem >/dev/null
		cp their.csr unknown.file
		;;
	esac
}

@test "the eleven examples work, in their order" {
	[ "$(grep -c '^\.Ss [0-9]*\. ' "$page")" -eq 11 ]
	export KYMAN_DB=ring.p12
	for n in {1..11}; do
		outside "$n"
		example "$n" >job
		[ -s job ]
		cat job
		set -e
		# shellcheck disable=SC1091 # made above
		. ./job
	done </dev/null
	openssl verify -CAfile <(kyman cert export root) -untrusted <(kyman cert export issuing) \
		-verify_hostname www.web.example web.pem
	openssl pkcs12 -in web.p12 -passin file:web.pass -nodes | grep -q 'PRIVATE KEY'
	kyman cert list | grep -q '^old '
}

@test "the examples of help are those of the manual" {
	"$KYMAN" help examples | sed -n 's/^     //p' | sed -e :a -e '/\\$/{N;s/ *\\\n */ /;ta' -e '}' | sort >help
	for n in {1..11}; do
		example "$n"
	done | sed -e :a -e '/\\$/{N;s/ *\\\n */ /;ta' -e '}' | sort >manual
	[ "$(wc -l <help)" -gt 15 ]
	same help manual
}
