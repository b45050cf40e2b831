/* PKCS#7 / CMS SignedData as a bag of certificates (RFC 5652, certs-only). */
#ifndef CODEC_PKCS7_H
#define CODEC_PKCS7_H

#include "codec/codec.h"

/* True when der is a ContentInfo of signedData by its first fields. */
bool pkcs7_probe(struct span der);

/* Who is given what a SignedData holds: take(self, is_crl, der), until it fails. */
struct pkcs7_taker {
	enum rc (*take)(void *self, bool is_crl, struct span der);
	void *self;
};

/* Walks the certificates and CRLs of a SignedData (DER; BER is made DER by the caller).
 * RC_DAMAGED, RC_UNSUPPORTED (another content type, words with its OID), or what taker returned. */
NODISCARD enum rc pkcs7_read(struct span der, const struct pkcs7_taker *taker, struct err *err);

/* Appends a certs-only SignedData of these certificates, in the order given (the set is kept
 * unsorted, as all tools write it and as chains want it). */
NODISCARD enum rc pkcs7_write(struct buf *out, const struct span *certs, size_t count);

#endif
