# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# A mutual handshake with openssl.

# A TLS 1.3 connection: $1 and $2 the server's and client's key and certificate (the client's may be empty: it has none),
# $3 and $4 what each trusts. Only an answer says that the server took the client's certificate: with TLS 1.3 the client is
# done before it was looked at.
handshake()
{
	local server port tries=0 status=0 own=()

	[ -z "$2" ] || own=(-cert "$2" -key "$2" -cert_chain "$2")
	openssl s_server -accept 127.0.0.1:0 -tls1_3 -www -cert "$1" -key "$1" -cert_chain "$1" -CAfile "$3" \
		-Verify 3 -verify_return_error >server.log 2>&1 </dev/null 3>&- &
	server=$!
	until port=$(sed -n 's/^ACCEPT .*:\([0-9]*\)$/\1/p' server.log) && [ -n "$port" ]; do
		tries=$((tries + 1))
		[ "$tries" -lt 100 ] || return 99
		sleep 0.1
	done
	printf 'GET / HTTP/1.0\r\n\r\n' | openssl s_client -connect "127.0.0.1:$port" -tls1_3 "${own[@]}" \
		-CAfile "$4" -verify_return_error -quiet >client.log 2>&1 || :
	grep -q 'HTTP/1.0 200' client.log || status=1
	kill "$server" 2>/dev/null || :
	return $status
}
