#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The main job, shown: from nothing to key rings that other tools agree with. Runs in an empty folder of its own
# (bootstrap demo gives it demo/ of the clone) and leaves the rings there. Needs KYMAN and openssl.
set -eu

: "${KYMAN:?is the program to show}"
server=

finish()
{
	[ -z "$server" ] || kill "$server" 2>/dev/null || :
}
trap finish EXIT

# One step: says the command as one would type it, then runs it.
kyman()
{
	printf '\n$ kyman'
	for word; do
		case $word in
		*[!A-Za-z0-9_./:=,@*-]*) printf " '%s'" "$word" ;;
		*) printf ' %s' "$word" ;;
		esac
	done
	printf '\n'
	"$KYMAN" "$@"
}

title()
{
	printf '\n== %s\n' "$*"
}

check()
{
	printf '   check: %s ... ' "$1"
	shift
	if "$@" >check.log 2>&1; then
		echo ok
	else
		echo FAILED
		cat check.log
		exit 1
	fi
}

refused()
{
	! "$@"
}

rm -f -- *.p12 *.sth *.pem *.csr *.log *.pass

title 'A database for the private CA; its passphrase is made now and stashed beside it'
kyman db create ca.p12 --pass gen --stash

title 'A root CA, and an issuing CA below it'
kyman cert create root --db ca.p12 --profile ca --subject 'CN=Demo Root,O=Demo,C=CH'
kyman cert create issuing --db ca.p12 --issuer root --profile ca --subject 'CN=Demo Issuing,O=Demo,C=CH'

title 'A server certificate, and a client certificate'
kyman cert create web --db ca.p12 --issuer issuing www.demo.example 192.0.2.7
kyman cert create app7 --db ca.p12 --issuer issuing --profile client --subject 'CN=app7,O=Demo,C=CH'

title 'Another machine: its key stays there, only the request travels'
kyman db create mq.p12 --pass gen --stash
kyman csr create qm1 --db mq.p12 --profile peer --subject 'CN=qm1,O=Demo,C=CH' --san dns:qm1.demo.example --out qm1.csr
kyman csr sign qm1.csr --db ca.p12 --issuer issuing --profile peer --yes --out qm1.pem
kyman cert export root --db ca.p12 --out root.pem
kyman cert add root.pem --db mq.p12 --as demo-root
kyman cert receive qm1.pem --db mq.p12

title 'What is in the rings'
kyman cert list --db ca.p12
kyman cert list --db mq.p12
kyman cert verify web --db ca.p12 --host www.demo.example --purpose server

title 'Files as servers and clients read them'
kyman cert export web --db ca.p12 --with-key --out-pass none --out web.pem
kyman cert export app7 --db ca.p12 --with-key --out-pass none --out app7.pem
kyman cert export issuing --db ca.p12 --out issuing.pem
kyman db create other.p12 --pass gen --stash
kyman cert create stranger --db other.p12 --profile client --subject 'CN=stranger'
kyman cert export stranger --db other.p12 --with-key --out-pass none --out stranger.pem

title 'openssl agrees'
check 'the server certificate is good for its name' \
	openssl verify -CAfile root.pem -untrusted issuing.pem -purpose sslserver \
	-verify_hostname www.demo.example web.pem
check 'and for its address' \
	openssl verify -CAfile root.pem -untrusted issuing.pem -purpose sslserver -verify_ip 192.0.2.7 web.pem
check 'not for another name' refused \
	openssl verify -CAfile root.pem -untrusted issuing.pem -verify_hostname evil.example web.pem
check 'the client certificate is good for a client' \
	openssl verify -CAfile root.pem -untrusted issuing.pem -purpose sslclient app7.pem
check 'and not for a server' refused \
	openssl verify -CAfile root.pem -untrusted issuing.pem -purpose sslserver app7.pem
check 'the queue manager is good for both' \
	openssl verify -CAfile root.pem -untrusted issuing.pem -purpose sslserver qm1.pem

# openssl takes a port of its own choice for 0, and says which.
serve()
{
	openssl s_server -accept 127.0.0.1:0 -tls1_3 -www -cert web.pem -key web.pem -cert_chain web.pem \
		-CAfile root.pem -Verify 3 -verify_return_error >server.log 2>&1 </dev/null &
	server=$!
	tries=0
	until port=$(sed -n 's/^ACCEPT .*:\([0-9]*\)$/\1/p' server.log) && [ -n "$port" ]; do
		tries=$((tries + 1))
		[ $tries -lt 100 ] || { cat server.log; exit 1; }
		sleep 0.1
	done
}

# With TLS 1.3 the client is done before the server has looked at its certificate: only an answer says that it was
# accepted.
shake_hands()
{
	printf 'GET / HTTP/1.0\r\n\r\n' | openssl s_client -connect "127.0.0.1:$port" -tls1_3 -cert "$1" -key "$1" \
		-cert_chain "$1" -CAfile root.pem -verify_return_error -verify_hostname www.demo.example \
		-quiet >client.log 2>&1
	grep -q 'HTTP/1.0 200' client.log
}

title 'A TLS 1.3 handshake with both sides authenticated'
serve
check 'server and client accept each other' shake_hands app7.pem
check 'a certificate of another CA is refused' refused shake_hands stranger.pem

title 'Done'
printf 'The rings are in %s\n' "$(pwd)"
