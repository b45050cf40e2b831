/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys of the library and one signature with a CA's key for each, and nothing else: the yardstick
 * for issuing many.
 *
 *     issue rsa|ec COUNT THREADS */

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS_MAX = 64, SIGNED_SIZE = 400 };

struct worker {
	pthread_t thread;
	gnutls_pk_algorithm_t algorithm;
	unsigned bits;
	unsigned long count;
	int failed;
};

static int
make(gnutls_privkey_t *key, const struct worker *w)
{
	return gnutls_privkey_init(key) < 0 ||
	       gnutls_privkey_generate(*key, w->algorithm, w->bits, 0) < 0;
}

static void *
work(void *self)
{
	unsigned char bytes[SIGNED_SIZE] = { 0 };
	gnutls_datum_t data = { bytes, sizeof(bytes) };
	gnutls_datum_t signature;
	struct worker *w = self;
	gnutls_privkey_t ca;
	gnutls_privkey_t key;

	w->failed = make(&ca, w);
	for (unsigned long i = 0; i < w->count && !w->failed; i++) {
		w->failed = make(&key, w) || gnutls_privkey_sign_data(ca, GNUTLS_DIG_SHA256, 0,
								      &data, &signature) < 0;
		if (!w->failed)
			gnutls_free(signature.data);
		gnutls_privkey_deinit(key);
	}
	gnutls_privkey_deinit(ca);
	return NULL;
}

int
main(int argc, char **argv)
{
	struct worker workers[THREADS_MAX];
	unsigned long count;
	unsigned threads;
	int failed = 0;

	if (argc != 4)
		return 2;
	count = strtoul(argv[2], NULL, 10);
	threads = (unsigned)strtoul(argv[3], NULL, 10);
	if (!threads || threads > THREADS_MAX)
		return 2;
	for (unsigned i = 0; i < threads; i++) {
		workers[i] = (struct worker){ .algorithm = GNUTLS_PK_RSA, .bits = 2048 };
		if (strcmp(argv[1], "ec") == 0) {
			workers[i].algorithm = GNUTLS_PK_ECDSA;
			workers[i].bits = GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1);
		}
		workers[i].count = count / threads + (i < count % threads);
		if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
			return 1;
	}
	for (unsigned i = 0; i < threads; i++) {
		(void)pthread_join(workers[i].thread, NULL);
		failed = failed || workers[i].failed;
	}
	return failed;
}
