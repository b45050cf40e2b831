/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One PBKDF2-HMAC-SHA256 of the library, and nothing else: the yardstick for opening a database. */

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdlib.h>

int
main(int argc, char **argv)
{
	unsigned char key_bytes[] = "a passphrase";
	unsigned char salt_bytes[16] = { 1 };
	gnutls_datum_t pass = { key_bytes, sizeof(key_bytes) - 1 };
	gnutls_datum_t salt = { salt_bytes, sizeof(salt_bytes) };
	unsigned char key[32];

	if (argc != 2)
		return 2;
	return gnutls_pbkdf2(GNUTLS_MAC_SHA256, &pass, &salt, (unsigned)strtoul(argv[1], NULL, 10),
			     key, sizeof(key))
		   ? 1
		   : 0;
}
